import { ConfigError, type Config } from '../config/config';
import type { EventStore } from './event-store';
import { connectEventStore } from './eventstore-db.adapter';

/** The store the configuration names; connects lazily. Throws `ConfigError`. */
export function connectConfiguredStore(
  config: Readonly<Pick<Config, 'eventStoreUrl' | 'appendWriter' | 'appendDeadlineMs'>>,
): EventStore {
  const { eventStoreUrl: connectionString, appendWriter, appendDeadlineMs } = config;
  try {
    return connectEventStore({ connectionString, appendWriter, appendDeadlineMs });
  } catch {
    // What it could not read may hold a password.
    throw new ConfigError('EVENTSTORE_URL is malformed: it must be like esdb://host:2113?tls=true');
  }
}
