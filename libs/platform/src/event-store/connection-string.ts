import { readFileSync } from 'node:fs';

export type Endpoint = Readonly<{ host: string; port: number }>;

/** What an `esdb://` or `esdb+discover://` connection string says, as far as a connection needs it. */
export type ConnectionSettings = Readonly<{
  hosts: readonly [Endpoint, ...Endpoint[]];
  /** Ask the hosts for the cluster's leader (`esdb+discover`, or more than one host). */
  isCluster: boolean;
  /** Absent: plain text. */
  tls?: Readonly<{ ca?: Buffer; cert?: Buffer; key?: Buffer }>;
  credentials?: Readonly<{ user: string; password: string }>;
  /** −1 switches keep-alive off. */
  keepAliveIntervalMs: number;
  keepAliveTimeoutMs: number;
}>;

/**
 * Same syntax and defaults as the vendor's client: TLS unless `tls=false`, port 2113, keep-alive
 * every 10 s. Throws `TypeError` without the string, which holds a password.
 */
export function readConnectionString(text: string): ConnectionSettings {
  const match = FORM.exec(text.trim());
  const { scheme, user, password, hosts = '', query = '' } = match?.groups ?? {};
  if (match === null) throw new TypeError('not a connection string: esdb://host:port?key=value');
  const options = readOptions(query);
  const [first, ...others] = hosts.split(',').filter(Boolean).map(readHost);
  if (first === undefined) throw new TypeError('a connection string needs a host');
  return {
    hosts: [first, ...others],
    isCluster: scheme === 'esdb+discover' || others.length > 0,
    ...(options.get('tls') !== 'false' && { tls: readTls(options) }),
    ...(user !== undefined &&
      password !== undefined && {
        credentials: { user: decodeURIComponent(user), password: decodeURIComponent(password) },
      }),
    keepAliveIntervalMs: readMs(options, 'keepaliveinterval'),
    keepAliveTimeoutMs: readMs(options, 'keepalivetimeout'),
  };
}

const FORM =
  /^(?<scheme>esdb(?:\+discover)?):\/\/(?:(?<user>[^:@/]+):(?<password>[^@/]+)@)?(?<hosts>[^/?]+)\/*(?:\?(?<query>.*))?$/;

/** Names are told apart without case, as the client does. */
function readOptions(query: string): ReadonlyMap<string, string> {
  const pairs = query.split('&').filter(Boolean);
  return new Map(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      return [pair.slice(0, at).toLowerCase(), decodeURIComponent(pair.slice(at + 1).trim())];
    }),
  );
}

function readHost(text: string): Endpoint {
  const [host = '', port = '2113', ...rest] = text.trim().split(':');
  const number = Number(port);
  if (
    host === '' ||
    rest.length > 0 ||
    !Number.isInteger(number) ||
    number < 1 ||
    number > 65_535
  ) {
    throw new TypeError('a host of the connection string is not host:port');
  }
  return { host, port: number };
}

function readTls(options: ReadonlyMap<string, string>): NonNullable<ConnectionSettings['tls']> {
  const file = (name: string): Buffer | undefined => {
    const path = options.get(name);
    return path === undefined ? undefined : readFileSync(path);
  };
  const [ca, cert, key] = [file('tlscafile'), file('usercertfile'), file('userkeyfile')];
  if ((cert === undefined) !== (key === undefined)) {
    throw new TypeError('userCertFile and userKeyFile are given together or not at all');
  }
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

function readMs(options: ReadonlyMap<string, string>, name: string): number {
  const ms = Number(options.get(name) ?? 10_000);
  if (!Number.isInteger(ms) || ms < -1) throw new TypeError(`${name} is no number of milliseconds`);
  return ms;
}
