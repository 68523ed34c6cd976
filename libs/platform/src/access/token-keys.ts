import { readFileSync } from 'node:fs';
import type { JSONWebKeySet } from 'jose';
import type { Logger } from 'pino';
import { ConfigError, type Config } from '../config/config';
import { discoveryUrlOf, IssuerKeys, isSafeUrl } from './issuer-keys';

type Where = Readonly<Pick<Config, 'tokenIssuer' | 'tokenKeysFile' | 'tokenKeysUrl'>>;

/** From a file, read here, or from the issuer, asked once the program runs. Throws `ConfigError`. */
export function tokenKeysOf(
  { tokenIssuer: issuer, tokenKeysFile: file, tokenKeysUrl: url }: Where,
  logger: Pick<Logger, 'info' | 'warn'>,
): JSONWebKeySet | IssuerKeys {
  if (file !== '' && url !== '') {
    throw new ConfigError(`${BY_FILE} and ${BY_URL} are both set: keys come from one of them`);
  }
  if (file !== '') return readTokenKeys(file);
  if (!isSafeUrl(url || discoveryUrlOf(issuer))) {
    const name = url === '' ? 'CARNET_TOKEN_ISSUER' : BY_URL;
    throw new ConfigError(
      `${name}: keys are fetched by https, by http from this machine alone; or set ${BY_FILE}`,
    );
  }
  return new IssuerKeys({ issuer, logger, ...(url !== '' && { keysUrl: url }) });
}

const BY_FILE = 'CARNET_TOKEN_KEYS_FILE';
const BY_URL = 'CARNET_TOKEN_KEYS_URL';

/** Reads a JWKS file (RFC 7517) at start. Throws `ConfigError`, also for a private key lying in it. */
export function readTokenKeys(path: string): JSONWebKeySet {
  let set: unknown;
  try {
    set = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new ConfigError(`${BY_FILE}: ${path} cannot be read as JSON`);
  }
  const keys = (set as Partial<JSONWebKeySet> | null)?.keys;
  if (!Array.isArray(keys) || keys.length === 0) {
    throw new ConfigError(`${BY_FILE}: ${path} is not a JWKS, an object with one or more "keys"`);
  }
  if (keys.some((key) => typeof key !== 'object' || key === null || 'd' in key || 'k' in key)) {
    throw new ConfigError(`${BY_FILE}: ${path} must hold public keys only`);
  }
  return { keys };
}
