/** At most this many characters; more is nobody's address. */
export const URL_LENGTH_MAX = 500;

const HTTPS_URL =
  /^https:\/\/(?<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::(?<port>\d{1,5}))?(?:[/?][!-"$-[\]-~]*)?$/i;

/** Over HTTP to this machine alone: only where a program was built for tests. */
const LOOPBACK_URL = /^http:\/\/(127\.0\.0\.1|\[::1\]):\d{1,5}(\/[!-"$-~]*)?$/;

/**
 * Whether messages may be addressed to it: `https`, a host with a dot, neither user nor password nor
 * fragment. What the host's name leads to is looked at before each attempt.
 */
export function isWebhookUrl(url: string, { loopback }: { loopback: boolean }): boolean {
  if (url.length > URL_LENGTH_MAX) return false;
  if (loopback && LOOPBACK_URL.test(url)) return true;
  const { host = '', port = '443' } = HTTPS_URL.exec(url)?.groups ?? {};
  return isHost(host) && Number(port) >= 1 && Number(port) <= 65_535;
}

/** A name of the public internet has a dot; an address is looked at when it is connected to. */
const isHost = (host: string): boolean =>
  host.startsWith('[') || /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i.test(host);
