import type { DynamicModule } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import { pino, type DestinationStream, type Logger } from 'pino';
import { logSink } from './log-sink';

export type { Logger } from 'pino';

export type LogLevel = 'fatal' | 'error' | 'warn' | 'info' | 'debug';

/**
 * JSON lines on stdout. No body is ever logged, and what slips into a line all the same is taken out:
 * by key (names, addresses, tokens) and by look (IBANs, voucher codes, bearer tokens), also in the
 * message of an error.
 */
export function createLogger(options: {
  program: string;
  level: LogLevel;
  destination?: DestinationStream;
}): Logger {
  const { program, level, destination = logSink(1) } = options;
  const settings = {
    level,
    base: { program },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: { paths: [...SECRET_KEYS.flatMap(atDepths)], censor: CENSOR },
    hooks: { streamWrite: withoutSecrets },
  };
  return pino(settings, destination);
}

/**
 * Nest's own logger and the injectable ones write there. Requests are told of by `createHttpApp`: the
 * middleware that would give each a logger of its own costs more than a voucher's code.
 */
export function loggerModule(logger: Logger): DynamicModule {
  return LoggerModule.forRoot({
    forRoutes: [],
    pinoHttp: {
      logger,
      autoLogging: false,
      quietReqLogger: true,
      quietResLogger: true,
      customAttributeKeys: { reqId: 'traceId' },
      genReqId: (request) => request.id,
    },
  });
}

const CENSOR = '[redacted]';

const SECRET_KEYS = [
  'authorization',
  'cookie',
  'password',
  'token',
  'code',
  'codes',
  'iban',
  'bic',
  'holderName',
  'name',
  'firstName',
  'lastName',
  'street',
  'email',
  'phone',
  'beneficiaryRef',
  'body',
] as const;

/** An error's `code` and `name` say what went wrong and stay; they are at the `err` key. */
function atDepths(key: string): string[] {
  const keepsTop = key === 'code' || key === 'name';
  return keepsTop ? [`data.${key}`, `data.*.${key}`] : [key, `*.${key}`, `*.*.${key}`];
}

const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;
const VOUCHER_CODE = /\b[0-9A-HJKMNP-TV-Z]{4}(?:[- ]?[0-9A-HJKMNP-TV-Z]{4}){3}\b/g;
const BEARER = /\bBearer [\w.~+/-]+=*/g;

function withoutSecrets(line: string): string {
  return line.replace(BEARER, CENSOR).replace(IBAN, CENSOR).replace(VOUCHER_CODE, CENSOR);
}
