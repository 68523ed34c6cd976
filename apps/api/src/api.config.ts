import { readConfig, type Config } from '@app/platform';
import { OPERATOR_NEEDS, RUN_NEEDS } from '@app/processes';

const NEEDS = [
  'addressRequestsPerMinuteMax',
  'apiHost',
  'apiPort',
  'appendDeadlineMs',
  'appendWriter',
  'callerRequestsPerMinuteMax',
  'cursorKey',
  'dataDir',
  'eventStoreUrl',
  'keyRingFile',
  'logLevel',
  'publicHost',
  'redisUrl',
  'rolesFrom',
  'runWeekday',
  'tokenAudience',
  'tokenIssuer',
  'tokenKeysFile',
  'tokenKeysUrl',
  'tokenPersonClaim',
  'trustedProxies',
  ...RUN_NEEDS,
  ...OPERATOR_NEEDS,
] as const satisfies readonly (keyof Config)[];

export type ApiConfig = Readonly<Pick<Config, (typeof NEEDS)[number]>>;

/** Of the process where no other environment is given. Throws `ConfigError`. */
export function readApiConfig(env?: NodeJS.ProcessEnv): ApiConfig {
  return readConfig(NEEDS, env);
}
