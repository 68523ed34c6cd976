import { randomUUID } from 'node:crypto';
import { parseUuid } from '../wire/uuid';
import type { AppendOutcome, AppendRequest, Expected, ProposedEvent } from './append';
import { ANY } from './append';
import type { Engine } from './engine';

/** An event with a fresh id, or the one whose repeat is tried. */
export function event(fields: { id?: string; type?: string; data?: string } = {}): ProposedEvent {
  const { id = randomUUID(), type = 'Tried', data = '{"n":1}' } = fields;
  return {
    id: parseUuid(Buffer.from(id)),
    type: Buffer.from(type),
    isJson: true,
    metadata: Buffer.from('{}'),
    data: Buffer.from(data),
  };
}

type Append = Readonly<{
  stream?: string;
  expected?: Expected;
  events?: readonly ProposedEvent[];
  kind?: AppendRequest['kind'];
}>;

export function append(engine: Engine, fields: Append = {}): Promise<AppendOutcome> {
  const { stream = 'a', expected = ANY, events = [event()], kind = 'append' } = fields;
  return new Promise((done) =>
    engine.append({ kind, streamName: Buffer.from(stream), expected, events, done }),
  );
}

/** Every event of the log as `stream@revision`, in log order. */
export function contents(engine: Engine): string[] {
  return Array.from({ length: engine.index.count }, (_, sequence) => {
    const record = engine.record(sequence);
    return `${record.streamName.toString()}@${record.revision}`;
  });
}
