import { readConfig, type Config } from '@app/platform';

const NEEDS = [
  'apiHost',
  'apiPort',
  'appendDeadlineMs',
  'appendWriter',
  'cursorKey',
  'dataDir',
  'eventStoreUrl',
  'keyRingFile',
  'logLevel',
  'publicHost',
  'redisUrl',
  'ringFencedIban',
  'runWeekday',
  'tokenAudience',
  'tokenIssuer',
  'tokenKeysFile',
] as const satisfies readonly (keyof Config)[];

export type ApiConfig = Readonly<Pick<Config, (typeof NEEDS)[number]>>;

/** Throws `ConfigError`. */
export function readApiConfig(): ApiConfig {
  return readConfig(NEEDS);
}
