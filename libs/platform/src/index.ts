export {
  ROLES,
  type ActingRole,
  type Actor,
  type Caller,
  type Reach,
  type Role,
} from './access/actor';
export { StillAdmitted, type IsStillAdmitted } from './access/admission';
export { Callers } from './access/callers';
export type { RightsTable, RouteRights } from './access/rights';
export { IssuerKeys } from './access/issuer-keys';
export { tokenKeysOf } from './access/token-keys';
export { Tokens, type Person, type TokensOptions } from './access/tokens';
export { userIdOf } from './access/user-ids';
export { exportTrail } from './audit/audit-export';
export { AuditKeys } from './audit/audit-keys';
export { AuditObserver } from './audit/audit-observer';
export { AUDIT_TRAIL_STREAM, type DayAnchored } from './audit/audit-trail';
export { changeRecordOf, isOfTrail } from './audit/change-records';
export { DayAnchors, positionOf, rootIn } from './audit/day-anchors';
export type { DayRoot } from './audit/day-roots';
export type { AuditFinding, Trust } from './audit/day-sequence';
export { RefusalFiles } from './audit/refusal-files';
export { RefusalLog } from './audit/refusal-log';
export type { RefusalRecord } from './audit/refusal-records';
export { verifyExport } from './audit/verify-export';
export { verifyStore } from './audit/verify-store';
export { Clock, SystemClock } from './clock/clock';
export { ConfigError, readConfig, type Config } from './config/config';
export { auditKeyPath, auditPath, keyRingPath, readModelPath } from './config/paths';
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
export { connectConfiguredStore } from './event-store/connect-configured';
export { connectEventStore, type EventStoreDbOptions } from './event-store/eventstore-db.adapter';
export {
  Follower,
  LAG_MS_MAX,
  type FollowerLag,
  type FollowerOptions,
} from './event-store/follower';
export { manyAtOnce } from './event-store/many-at-once';
export { untilStoreAnswers } from './event-store/until-store-answers';
export { InMemoryEventStore } from './event-store/in-memory-event-store';
export {
  complete,
  ignore,
  publish,
  send,
  type FactOf,
  type Process,
  type Reaction,
} from './event-store/process';
export {
  CommandSender,
  ProcessRunner,
  type ProcessIncident,
  type ProcessRunnerOptions,
} from './event-store/process-runner';
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
export { ErasableKeys } from './files/erasable-keys';
export { syncFolderOf, writeProtected } from './files/protected-file';
export { SealBroken } from './files/sealed-bytes';
export {
  SealedFiles,
  type KeptFile,
  type SealedFilesOptions,
  type SealKeys,
} from './files/sealed-files';
export { sealText, unsealText } from './files/sealed-text';
export { readModelCheck, RedisCheck, storeCheck } from './health/checks';
export { Readiness, type ReadinessCheck } from './health/readiness';
export { FileBody, type HttpLimits } from './http/fastify';
export { EventStream } from './http/in-flight';
export {
  BooleanField,
  CentsField,
  ChoiceField,
  CodeField,
  DayField,
  field,
  InstantField,
  IntegerField,
  NumberField,
  ObjectField,
  ReadInOnePass,
  refusals,
  TextField,
  UuidField,
  type Check,
  type FieldOptions,
} from './http/fields';
export { createHttpApp, stopOnSignals, type HttpAppOptions } from './http/http-app';
export { HttpModule, type HttpModuleOptions } from './http/http.module';
export { UuidParam } from './http/input.pipe';
export { preferredOf } from './http/accept';
export { csvText, ListQuery, Page, PageOf, type Listing, type ListSource } from './http/listing';
export { Changed, Reads } from './http/positions';
export { notFound, Problem, type FieldError, type ProblemInput } from './http/problem';
export { Documented, documents } from './http/openapi-operation';
export { atLeast, maybe, oneOf, orNull, type Shape } from './http/openapi-shape';
export type { RefusalReasons, RefusalStatuses } from './http/refusals';
export {
  Asked,
  ChangesNothing,
  CurrentActor,
  FindActor,
  requestContextOf,
  type RequestContext,
} from './http/request-context';
export type { RequestLimits } from './http/request-gate';
export { Ids, SystemIds } from './ids/ids';
export { Randomness, SystemRandomness } from './ids/randomness';
export { uuidV5, uuidV7 } from './ids/uuid';
export { Counters, type Tally, type Window } from './limits/counters';
export { LocalCounters } from './limits/local-counters';
export { networkOf } from './limits/networks';
export { RedisCounters } from './limits/redis-counters';
export { RedisSharedCounts } from './limits/redis-shared-counts';
export { RequestLimit } from './limits/request-limit';
export { createLogger, loggerModule, type Logger, type LogLevel } from './logging/logger';
export { Metrics } from './metrics/metrics';
export { canaryCheck, canaryQueue, CanaryDue, type CanaryJob } from './queues/canary';
export { permanentIfRefused, QueueUnavailable } from './queues/errors';
export { JobHost, Processes, queueServedBy } from './queues/job-host';
export { JobQueues, type AnyDefinition, type JobStatus } from './queues/job-queues';
export { defineQueue, jobIdOf, type QueueDefinition } from './queues/queue-definition';
export { DueWork, Sweeper } from './queues/sweeper';
export { workersModule } from './queues/workers.module';
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
export { ProjectorMetrics } from './read-store/projector-metrics';
export { ReadModel, type View } from './read-store/read-model';
export { RebuildThreads } from './read-store/rebuild-threads';
export { ReadStore, type Params } from './read-store/read-store';
export { type Table, type TableInput } from './read-store/table';
export { copyReadModel, requestRebuild, verifyReadModel, type Verdict } from './read-store/upkeep';
export { ViewProgress } from './read-store/view-progress';
export { asks, BusSender, Wish, type Asked as AskedWish } from './use-cases/wish';
export { serveOperations, type OperationsServer } from './health/operations-server';
export { stopProgramOnSignals } from './health/stop-program';
