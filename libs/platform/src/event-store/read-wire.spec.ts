import shared from '@eventstore/db-client/generated/shared_pb';
import streams from '@eventstore/db-client/generated/streams_pb';
import { encodeStreamRead, encodeSubscription, readLogItem, UNREADABLE } from './read-wire';

/** What we write is read, and what we read is written, by the vendor's generated code. */

const ID = '9f7d0a1e-3c1b-4b5e-8a57-0d6f2a3b4c5d';

function asked(options: Partial<Parameters<typeof encodeSubscription>[0]> = {}) {
  const all = { after: undefined, types: undefined, windowEvents: 1_000, ...options };
  const frame = encodeSubscription(all);
  expect(frame[0]).toBe(0);
  expect(frame.readUInt32BE(1)).toBe(frame.length - 5);
  return streams.ReadReq.deserializeBinary(frame.subarray(5)).getOptions()!;
}

describe('a subscription', () => {
  it('asks for all but system events, forwards from the start, ids as text', () => {
    const options = asked();
    expect(options.hasSubscription()).toBe(true);
    expect(options.getReadDirection()).toBe(0);
    expect(options.getAll()?.hasStart()).toBe(true);
    expect(options.getUuidOption()?.hasString()).toBe(true);
    const filter = options.getFilter()!;
    const regex = new RegExp(filter.getEventType()!.getRegex());
    expect(['Counted', '$metadata'].map((type) => regex.test(type))).toEqual([true, false]);
    expect([filter.getMax(), filter.getCheckpointintervalmultiplier()]).toEqual([1_000, 1]);
  });

  it.each([0n, 127n, 128n, 2n ** 53n + 1n, 2n ** 63n - 1n])('begins after %s', (after) => {
    const position = asked({ after }).getAll()!.getPosition()!;
    const places = [position.getCommitPosition(), position.getPreparePosition()];
    expect(places.map(String)).toEqual([after.toString(), after.toString()]);
  });

  it('asks for types by their whole names', () => {
    const types = ['Kept', 'Rare.*', 'Déplacé'];
    const regex = new RegExp(asked({ types }).getFilter()!.getEventType()!.getRegex());
    const names = [...types, 'Kept2', 'RareX'];
    expect(names.map((name) => regex.test(name))).toEqual([true, true, true, false, false]);
  });
});

describe('a page of a stream', () => {
  const page = { streamName: 'till-é', eventsMax: 32 };
  const read = (of: Parameters<typeof encodeStreamRead>[0]) =>
    streams.ReadReq.deserializeBinary(encodeStreamRead(of).subarray(5)).getOptions()!;

  it('is asked for from either end, or from a revision on', () => {
    const first = read({ ...page, direction: 'forwards', fromRevision: undefined });
    const name = first.getStream()?.getStreamIdentifier()?.getStreamName_asU8() ?? [];
    expect(Buffer.from(name).toString()).toBe('till-é');
    expect([first.getCount(), first.getReadDirection()].map(Number)).toEqual([32, 0]);
    expect([first.getStream()?.hasStart(), first.hasNoFilter()]).toEqual([true, true]);
    expect(first.getUuidOption()?.hasString()).toBe(true);
    const last = read({ ...page, direction: 'backwards', fromRevision: undefined });
    expect([last.getReadDirection(), last.getStream()?.hasEnd()]).toEqual([1, true]);
    const from = read({ ...page, direction: 'forwards', fromRevision: 0 });
    expect(from.getStream()?.hasRevision()).toBe(true);
    expect(Number(from.getStream()?.getRevision())).toBe(0);
  });
});

type Recorded = Partial<{ type: string; contentType: string; data: string; metadata: string }>;

function answered({ type = 'Moved', contentType, data = '{}', metadata = '{}' }: Recorded): Buffer {
  const event = new streams.ReadResp.ReadEvent.RecordedEvent();
  const id = new shared.UUID();
  id.setString(ID);
  const name = new shared.StreamIdentifier();
  name.setStreamName(Buffer.from('till-é'));
  event.setId(id);
  event.setStreamIdentifier(name);
  event.setStreamRevision('300');
  event.setPreparePosition('70000');
  event.setCommitPosition('70001');
  event.getMetadataMap().set('type', type);
  event.getMetadataMap().set('content-type', contentType ?? 'application/json');
  event.getMetadataMap().set('created', '17637768001234567');
  event.setCustomMetadata(Buffer.from(metadata));
  event.setData(Buffer.from(data));
  const read = new streams.ReadResp.ReadEvent();
  read.setEvent(event);
  read.setCommitPosition('70001');
  const answer = new streams.ReadResp();
  answer.setEvent(read);
  return Buffer.from(answer.serializeBinary());
}

describe('an event of a subscription', () => {
  it('is read whole', () => {
    const data = { text: 'é€😀', list: [1, null] };
    const metadata = { commandId: 'c', schemaVersion: 2 };
    const message = answered({
      type: 'Déplacé',
      data: JSON.stringify(data),
      metadata: JSON.stringify(metadata),
    });
    const at = { id: ID, streamName: 'till-é', revision: 300, position: 70_001n };
    const recordedAt = new Date(1_763_776_800_123);
    const event = { ...at, type: 'Déplacé', data, metadata, recordedAt };
    expect(readLogItem(message)).toEqual({ kind: 'event', event });
  });

  it.each<Recorded>([
    { data: 'not JSON' },
    { data: '' },
    { data: '5' },
    { contentType: 'application/octet-stream', data: '{}' },
  ])('is told to be unreadable where it is no JSON object: %j', (recorded) => {
    expect(readLogItem(answered(recorded))).toMatchObject({ event: { data: UNREADABLE } });
  });

  it.each(['', 'not JSON', 'null', '"text"'])('has no metadata where they are %j', (metadata) => {
    expect(readLogItem(answered({ metadata }))).toMatchObject({ event: { metadata: {} } });
  });

  it('is its position alone where the follower knows it', () => {
    const asked: bigint[] = [];
    const read = (isKnown: boolean) =>
      readLogItem(answered({ type: 'Déplacé', data: 'not JSON' }), (position) => {
        asked.push(position);
        return isKnown;
      });
    expect(read(true)).toEqual({ kind: 'checkpoint', position: 70_001n });
    expect(read(false)).toMatchObject({ kind: 'event', event: { id: ID, data: UNREADABLE } });
    expect(asked).toEqual([70_001n, 70_001n]);
  });

  it('is refused when it is cut short', () => {
    const message = answered({ data: '{"a":1}' });
    expect(() => readLogItem(message.subarray(0, -8))).toThrow(RangeError);
  });
});

describe('what comes between events', () => {
  it('is a checkpoint, the news of being live, or of no use', () => {
    const checkpoint = new streams.ReadResp.Checkpoint();
    checkpoint.setCommitPosition('900');
    const [reached, live, confirmed] = [0, 1, 2].map(() => new streams.ReadResp());
    reached!.setCheckpoint(checkpoint);
    live!.setCaughtUp(new streams.ReadResp.CaughtUp());
    confirmed!.setConfirmation(new streams.ReadResp.SubscriptionConfirmation());
    const items = [reached, live, confirmed].map((each) =>
      readLogItem(Buffer.from(each!.serializeBinary())),
    );
    expect(items).toEqual([{ kind: 'checkpoint', position: 900n }, { kind: 'live' }, undefined]);
  });
});
