import type { Kind } from './kinds';
import {
  accountHolder,
  cents,
  choice,
  count,
  days,
  domainName,
  hostName,
  http,
  iban,
  milliseconds,
  networks,
  path,
  port,
  redis,
  requestsPerMinute,
  secretKey,
  siret,
  text,
  timeOfDay,
} from './kinds';

const RUN_WEEKDAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const;

/**
 * Every environment variable Carnet reads, in one table: parsing, the typed `Config` and the table of
 * libs/platform/README.md all come from here. A program names the ones it needs (`readConfig`), so
 * `required` means: whoever needs it cannot start without it.
 */
export const VARIABLES = {
  dataDir: variable('DATA_DIR', path, {
    default: './data',
    explains: 'Folder of the read models, of print and bank files, and of the embedded log.',
  }),
  eventStoreUrl: variable('EVENTSTORE_URL', text, {
    secret: true,
    explains: 'Connection string of EventStoreDB, e.g. `esdb://user:password@host:2113?tls=true`.',
  }),
  redisUrl: variable('REDIS_URL', redis, {
    secret: true,
    explains: 'Redis of the job queues: `redis://`, `rediss://` or `unix:///path.sock`.',
  }),
  apiHost: variable('CARNET_API_HOST', hostName, {
    default: '127.0.0.1',
    explains: 'Address the api listens on; `0.0.0.0` in a container.',
  }),
  apiPort: variable('CARNET_API_PORT', port, {
    default: 3000,
    explains: 'Port of the api; 0 takes a free one and logs it.',
  }),
  trustedProxies: variable('CARNET_TRUSTED_PROXIES', networks, {
    default: [],
    explains:
      'Reverse proxies before the api: addresses and networks, by commas, e.g. `10.0.0.0/8, ::1`. ' +
      'Only of these is `X-Forwarded-For` believed; without, all behind one share its limits.',
  }),
  callerRequestsPerMinuteMax: variable('CARNET_CALLER_REQUESTS_PER_MINUTE_MAX', requestsPerMinute, {
    default: 6_000,
    explains: 'What one person or API key may ask; a file or a job counts as 100.',
  }),
  addressRequestsPerMinuteMax: variable(
    'CARNET_ADDRESS_REQUESTS_PER_MINUTE_MAX',
    requestsPerMinute,
    {
      default: 600,
      explains: 'What all without login behind one address may ask (of IPv6: behind one /64).',
    },
  ),
  projectorPort: variable('CARNET_PROJECTOR_PORT', port, {
    default: 3001,
    explains: "Port of the projector's health and metrics, on 127.0.0.1.",
  }),
  workerPort: variable('CARNET_WORKER_PORT', port, {
    default: 3002,
    explains: "Port of the worker's health and metrics, on 127.0.0.1.",
  }),
  appendWriter: variable('CARNET_APPEND_WRITER', choice('client', 'http2'), {
    default: 'http2',
    explains: 'How events are written and followed: by the vendor client, or over HTTP/2 by hand.',
  }),
  appendDeadlineMs: variable('CARNET_APPEND_DEADLINE_MS', milliseconds, {
    default: 5_000,
    explains: 'After this long an append has an unknown outcome and is asked again.',
  }),
  logLevel: variable('CARNET_LOG_LEVEL', choice('fatal', 'error', 'warn', 'info', 'debug'), {
    default: 'info',
    explains: 'Least severe line written to stdout.',
  }),
  tokenKeysFile: variable('CARNET_TOKEN_KEYS_FILE', path, {
    default: '',
    explains:
      "JWKS file of the token issuer's public keys (EdDSA, ES256 or RS256), read at start; " +
      'not set: the issuer is asked for them.',
  }),
  tokenKeysUrl: variable('CARNET_TOKEN_KEYS_URL', http, {
    default: '',
    explains:
      "Where the issuer's JWKS is; not set, nor a file: where the discovery document of " +
      '`CARNET_TOKEN_ISSUER` says. By https, or by http from this machine.',
  }),
  tokenIssuer: variable('CARNET_TOKEN_ISSUER', http, {
    explains: 'The only accepted `iss` of a bearer token.',
  }),
  tokenAudience: variable('CARNET_TOKEN_AUDIENCE', text, {
    default: 'carnet',
    explains: 'The `aud` a bearer token must name.',
  }),
  tokenPersonClaim: variable('CARNET_TOKEN_PERSON_CLAIM', text, {
    default: 'sub',
    explains:
      'Claim that says which person a bearer token is of. Where one person may have several ' +
      'accounts: one that is the same in all of them. Never changed in the life of a log.',
  }),
  rolesFrom: variable('CARNET_ROLES_FROM', choice('token', 'memberships'), {
    default: 'token',
    explains:
      'Who says what a person may be: `party` and `roles` of its token, or the memberships in the ' +
      'log, which then count as soon as one operator is among them.',
  }),
  cursorKey: variable('CARNET_CURSOR_KEY', secretKey, {
    secret: true,
    explains: 'Signs list cursors: 32 bytes or more in base64url, the same on every api process.',
  }),
  keyRingFile: variable('CARNET_KEY_RING_FILE', path, {
    default: 'key-ring.json',
    explains:
      'Keys of the voucher codes, made on the first start; a relative path is in `DATA_DIR`. ' +
      'Back it up apart from the log.',
  }),
  auditKeyFile: variable('CARNET_AUDIT_KEY_FILE', path, {
    default: 'audit-keys.json',
    explains:
      "Key that signs each day's audit root, made on the first start; a relative path is in " +
      '`DATA_DIR`. Back it up with the key ring.',
  }),
  auditKeepDays: variable('CARNET_AUDIT_KEEP_DAYS', days, {
    default: 400,
    explains: 'Days after which the log of refusals and sign-ins of a day is deleted.',
  }),
  ringFencedIban: variable('CARNET_RING_FENCED_IBAN', iban, {
    explains: "IBAN of the ring-fenced account: the one place where funders' money sits.",
  }),
  publicHost: variable('CARNET_PUBLIC_HOST', domainName, {
    explains: 'Host name in the QR codes (`https://<host>/v#CODE`): printed, so it must last.',
  }),
  contactKeepDays: variable('CARNET_CONTACT_KEEP_DAYS', days, {
    default: 1_095,
    explains: 'Days after which a contact that nobody changed or confirmed is erased.',
  }),
  bankReportKeepDays: variable('CARNET_BANK_REPORT_KEEP_DAYS', days, {
    default: 4_018,
    explains:
      'Days after which a report of the bank is erased, with the names and texts of its entries. ' +
      'The law wants ten years from the end of the financial year.',
  }),
  printKeepDays: variable('CARNET_PRINT_KEEP_DAYS', days, {
    default: 30,
    explains: 'Days after which the file of a print, which holds codes, is deleted.',
  }),
  runWeekday: variable('CARNET_RUN_WEEKDAY', choice(...RUN_WEEKDAYS), {
    default: 'monday',
    explains: 'Day on which the weekly reimbursement run is opened: payment is promised from it.',
  }),
  ringFencedHolder: variable('CARNET_RING_FENCED_HOLDER', accountHolder, {
    explains:
      'Holder of the ring-fenced account as its bank knows it: the payer in payment files. ' +
      'E.g. `Carnet SAS; 1 rue du Pont; 75001; Paris; FR`.',
  }),
  operatorSiret: variable('CARNET_OPERATOR_SIRET', siret, {
    explains:
      'SIRET of the operator, who holds the ring-fenced account: on its invoices, with the VAT ' +
      'number that follows from it, and in the name of the accounting file.',
  }),
  operatorMentions: variable('CARNET_OPERATOR_MENTIONS', text, {
    default: '',
    explains: "What else the law wants on the operator's invoices: legal form, capital, register.",
  }),
  runMinimumCents: variable('CARNET_RUN_MINIMUM_CENTS', cents, {
    default: 2_000,
    explains: 'A run holds what an organisation is owed below this, until it is old enough.',
  }),
  runMinimumWaivedAfterDays: variable('CARNET_RUN_MINIMUM_WAIVED_AFTER_DAYS', days, {
    default: 14,
    explains: 'The minimum is waived once the oldest redemption in it is this old.',
  }),
  runSecondApprovalAboveCents: variable('CARNET_RUN_SECOND_APPROVAL_ABOVE_CENTS', cents, {
    default: 10_000_000,
    explains: 'A run that pays more than this takes two approvers.',
  }),
  paymentFileTransactionsMax: variable('CARNET_PAYMENT_FILE_TRANSACTIONS_MAX', count, {
    default: 5_000,
    explains: 'Payments in one file for the bank; a run with more has several files.',
  }),
  bankCutOffTime: variable('CARNET_BANK_CUT_OFF_TIME', timeOfDay, {
    default: '15:00',
    explains: 'Time in Paris from which the bank executes a file on the next banking day.',
  }),
} as const;

/** What a program may read, parsed: numbers are numbers, keys are bytes. */
export type Config = Readonly<{
  [Field in keyof typeof VARIABLES]: (typeof VARIABLES)[Field] extends Variable<infer T>
    ? T
    : never;
}>;

export type Variable<T> = Readonly<{
  name: string;
  kind: Kind<T>;
  /** Absent: required. */
  default?: T;
  /** Never shown, not even in the line that refuses it. */
  secret: boolean;
  explains: string;
}>;

function variable<T, D extends T>(
  name: string,
  kind: Kind<T>,
  options: { default?: D; secret?: boolean; explains: string },
): Variable<T> {
  return { name, kind, secret: false, ...options };
}
