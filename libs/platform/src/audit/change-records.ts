import { instantOf, type Instant } from '@app/kernel';
import { hashOf } from '../event-store/command-ids';
import type { EventMetadata, RecordedEvent } from '../event-store/event-store';

/**
 * What the trail says of one change: who, why, what and when. What the event says is there as a hash
 * alone, so that an export shows no bank account and no name of a place, and still proves them.
 */
export type ChangeRecord = Readonly<{
  id: string;
  streamName: string;
  revision: number;
  type: string;
  recordedAt: Instant;
  metadata: EventMetadata;
  /** SHA-256, hex, of the data's canonical JSON. */
  dataSha256: string;
}>;

export function changeRecordOf(event: RecordedEvent): ChangeRecord {
  const { id, streamName, revision, type, metadata, data, recordedAt } = event;
  const record = { id, streamName, revision, type, metadata, dataSha256: hashOf(data) };
  return { ...record, recordedAt: instantOf(recordedAt) };
}

/**
 * Everything in the log but the runners' own notes of how far they are: the store may drop old ones
 * (`$maxCount`), and nobody asked for them.
 */
export const isOfTrail = ({ streamName, type }: RecordedEvent): boolean =>
  type !== 'RunnerCheckpointed' || !/^process-runner-.*-checkpoint$/.test(streamName);
