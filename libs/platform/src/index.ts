export { Clock, SystemClock } from './clock/clock';
export { ConfigError, readConfig, type Config } from './config/config';
export { startProgram } from './config/start-program';
export {
  EventStore,
  OutcomeUnknown,
  StoreUnavailable,
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
} from './event-store/event-store';
export { Ids, SystemIds } from './ids/ids';
export { Randomness, SystemRandomness } from './ids/randomness';
export { uuidV5, uuidV7 } from './ids/uuid';
