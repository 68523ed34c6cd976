export { Clock, SystemClock } from './clock/clock';
export { ConfigError, readConfig, type Config } from './config/config';
export { startProgram } from './config/start-program';
export {
  AggregateStore,
  StreamAggregateStore,
  streamNameOf,
  type AggregateStoreOptions,
  type CommandContext,
  type CommittedEvent,
  type Handled,
  type Loaded,
} from './event-store/aggregate-store';
export {
  hashOf,
  processCommandId,
  requestCommandId,
  timerCommandId,
} from './event-store/command-ids';
export { CommandLookup, RecentCommands, type CommandTrace } from './event-store/command-lookup';
export { InMemoryEventStore } from './event-store/in-memory-event-store';
export { SchemaVersions, type UpcastTable } from './event-store/schema-versions';
export {
  AppendRefused,
  EventStore,
  OutcomeUnknown,
  StoreUnavailable,
  UnreadableEvent,
  WrongExpectedRevision,
  type Appended,
  type AppendInput,
  type EventMetadata,
  type ExpectedRevision,
  type Following,
  type FollowOptions,
  type NewEvent,
  type Position,
  type ReadAllOptions,
  type ReadStreamOptions,
  type RecordedEvent,
  type RefusalReason,
} from './event-store/event-store';
export { Ids, SystemIds } from './ids/ids';
export { Randomness, SystemRandomness } from './ids/randomness';
export { uuidV5, uuidV7 } from './ids/uuid';
export { Counters, type Tally, type Window } from './limits/counters';
export { LocalCounters } from './limits/local-counters';
export { RedisCounters } from './limits/redis-counters';
export {
  AnotherProjector,
  LogIsAnother,
  ProjectionAheadOfLog,
  ProjectionChanged,
  ReadModelBehind,
  ReadModelDamaged,
} from './read-store/errors';
export {
  projection,
  tablesProjection,
  type Keyed,
  type KeyedProjection,
  type Projection,
  type Recorded,
  type TablesProjection,
  type TableWriter,
} from './read-store/projection';
export { Projector, type Lag, type Notice } from './read-store/projector';
export { ReadModel, type View } from './read-store/read-model';
export { ReadStore, type Params } from './read-store/read-store';
export { type Table, type TableInput } from './read-store/table';
export { ViewProgress } from './read-store/view-progress';
