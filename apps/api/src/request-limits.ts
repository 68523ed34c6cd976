import { RedisSharedCounts, RequestLimit, type Clock, type RequestLimits } from '@app/platform';
import type { ApiConfig } from './api.config';

/** A round trip of counts, which no request waits for, takes so long at most. */
const EXCHANGE_MS = 500;

/** What anybody may ask in a minute, of all api processes together. */
export function connectRequestLimits(
  config: ApiConfig,
  clock: Clock,
): Readonly<{ limits: RequestLimits; shared: RedisSharedCounts }> {
  const shared = RedisSharedCounts.connect({ url: config.redisUrl, timeoutMs: EXCHANGE_MS });
  const limit = (name: string, perMinuteMax: number): RequestLimit =>
    new RequestLimit({ name, perMinuteMax, clock, shared });
  const limits = {
    callers: limit('caller', config.callerRequestsPerMinuteMax),
    addresses: limit('address', config.addressRequestsPerMinuteMax),
  };
  return { limits, shared };
}
