import type { Instant } from '@app/kernel';
import type { EventMetadata } from '../event-store/event-store';

export type AuditActor = EventMetadata['actor'];

/** A request that changed nothing: refused (4xx), or a change that failed (5xx) or is unknown. */
export type RefusedRequest = Readonly<{
  kind: 'refused' | 'failed';
  at: Instant;
  traceId: string;
  /** The route's template, e.g. `POST /v1/orders/:orderId/delivery`. */
  route: string;
  status: number;
  code: string;
  /** The ids in the address; what is no id is what the caller made up, and left out. */
  objects: readonly string[];
  actor: AuditActor | null;
}>;

/** A person or machine was let in for the first time on a day, by one program. */
export type SignIn = Readonly<{ kind: 'sign-in'; at: Instant; traceId: string; actor: AuditActor }>;

/** What the bounds of the log left out of it, by code: of one actor, or of nobody. */
export type Counted = Readonly<{
  kind: 'counted';
  from: Instant;
  until: Instant;
  actorId: string | null;
  codes: Readonly<Record<string, number>>;
}>;

/** Records that could not be written while the disk would not have them. */
export type Lost = Readonly<{ kind: 'lost'; at: Instant; records: number }>;

/** In a day's file, before the records that one program wrote. */
export type Segment = Readonly<{
  kind: 'segment';
  name: string;
  records: number;
  /** Bytes after the last record that holds: cut by a kill, or damaged. */
  unreadBytes: number;
}>;

export type RefusalRecord = RefusedRequest | SignIn | Counted | Lost | Segment;
