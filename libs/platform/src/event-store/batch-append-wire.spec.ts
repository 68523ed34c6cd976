import shared from '@eventstore/db-client/generated/shared_pb';
import status from '@eventstore/db-client/generated/status_pb';
import streams from '@eventstore/db-client/generated/streams_pb';
import { Any } from 'google-protobuf/google/protobuf/any_pb';
import { APPEND_BYTES_MAX, FrameBatch, readAnswer } from './batch-append-wire';
import {
  AppendRefused,
  OutcomeUnknown,
  WrongExpectedRevision,
  type AppendInput,
  type NewEvent,
} from './event-store';

/** What we write is read, and what we read is written, by the vendor's generated code. */

const CORRELATION = '01234567-89ab-4def-8123-000000000abc';
const ID = '9f7d0a1e-3c1b-4b5e-8a57-0d6f2a3b4c5d';

const event = (data: unknown, type = 'Moved'): NewEvent => ({
  id: ID,
  type,
  data: data as object,
  metadata: {
    commandId: ID,
    requestHash: 'ab',
    actor: { id: 'é', partyId: 'p', role: 'r' },
    correlationId: 'c',
    causationId: 'd',
  },
});

const input = (over: Partial<AppendInput> = {}): AppendInput => ({
  streamName: 'till-1',
  expectedRevision: 'no-stream',
  events: [event({ cents: 5 })],
  ...over,
});

function sent(...inputs: readonly AppendInput[]): streams.BatchAppendReq[] {
  const batch = new FrameBatch();
  for (const each of inputs) batch.add(each, CORRELATION, 1_700_000_000_500);
  const requests: streams.BatchAppendReq[] = [];
  for (let bytes = batch.copy(0, batch.length); bytes.length > 0;) {
    expect(bytes[0]).toBe(0);
    const end = 5 + bytes.readUInt32BE(1);
    requests.push(streams.BatchAppendReq.deserializeBinary(bytes.subarray(5, end)));
    bytes = bytes.subarray(end);
  }
  return requests;
}

describe('an append request', () => {
  it.each<Partial<AppendInput>>([
    {},
    { streamName: 'é€😀', events: [event({ text: 'é€😀\n' }, 'Déplacé')] },
    { expectedRevision: 0 },
    { expectedRevision: Number.MAX_SAFE_INTEGER },
    { events: [event({}), event({ x: 'y'.repeat(200_000) }), event({ n: [1, null] })] },
  ])('says %.40j', (over) => {
    const asked = input(over);
    const [request] = sent(asked);
    const options = request?.getOptions();
    expect(request?.getCorrelationId()?.getString()).toBe(CORRELATION);
    expect(request?.getIsFinal()).toBe(true);
    const name = options?.getStreamIdentifier()?.getStreamName_asU8() ?? [];
    expect(Buffer.from(name).toString()).toBe(asked.streamName);
    expect(options?.hasNoStream()).toBe(asked.expectedRevision === 'no-stream');
    expect(options?.getStreamPosition()).toBe(
      asked.expectedRevision === 'no-stream' ? '0' : String(asked.expectedRevision),
    );
    expect(options?.getDeadline()?.getSeconds()).toBe(1_700_000_001);
    const events = request?.getProposedMessagesList().map((message) => ({
      id: message.getId()?.getString(),
      type: message.getMetadataMap().get('type'),
      contentType: message.getMetadataMap().get('content-type'),
      data: JSON.parse(Buffer.from(message.getData_asU8()).toString()) as unknown,
      metadata: JSON.parse(Buffer.from(message.getCustomMetadata_asU8()).toString()) as unknown,
    }));
    expect(events).toEqual(
      asked.events.map((each) => ({ ...each, contentType: 'application/json' })),
    );
  });

  it('stands beside others in one batch', () => {
    const many = Array.from({ length: 500 }, (_, at) => input({ expectedRevision: at }));
    const positions = sent(...many).map((request) => request.getOptions()?.getStreamPosition());
    expect(positions).toEqual(many.map((_, at) => String(at)));
  });

  it('is refused beyond what any server takes, and leaves the batch as it was', () => {
    const batch = new FrameBatch();
    const tooLarge = input({ events: [event({ x: 'y'.repeat(APPEND_BYTES_MAX) })] });
    expect(() => batch.add(tooLarge, CORRELATION, 0)).toThrow(AppendRefused);
    expect(() => batch.add(input({ events: [event({ n: 1n })] }), CORRELATION, 0)).toThrow(
      TypeError,
    );
    expect(batch.length).toBe(0);
  });
});

const uuid = (): shared.UUID => new shared.UUID().setString(CORRELATION);

function answer(build: (response: streams.BatchAppendResp) => void): ReturnType<typeof readAnswer> {
  const response = new streams.BatchAppendResp().setCorrelationId(uuid());
  const identifier = new shared.StreamIdentifier().setStreamName(Buffer.from('till-1'));
  response.setStreamIdentifier(identifier);
  build(response);
  return readAnswer(Buffer.from(response.serializeBinary()));
}

function refused(name: string, details: Uint8Array): () => unknown {
  const any = new Any();
  any.pack(details, `event_store.client.${name}`);
  const error = new status.Status().setCode(2).setMessage('why').setDetails(any);
  return () => answer((response) => response.setError(error)).settle(input());
}

describe('an answer', () => {
  it.each([0, 5, 2 ** 40, Number.MAX_SAFE_INTEGER])('of success gives revision %i', (revision) => {
    const commit = (2n ** 60n + BigInt(revision)).toString();
    const position = new shared.AllStreamPosition()
      .setCommitPosition(commit)
      .setPreparePosition('1');
    const success = new streams.BatchAppendResp.Success().setPosition(position);
    success.setCurrentRevision(String(revision));
    const { correlation, settle } = answer((response) => response.setSuccess(success));
    expect(correlation).toBe(0xabc);
    expect(settle(input())).toEqual({ revision, position: BigInt(commit) });
  });

  it('is matched also where the id comes in two halves', () => {
    const halves = new shared.UUID.Structured().setMostSignificantBits('81985529216486895');
    halves.setLeastSignificantBits(BigInt.asIntN(64, 0x8123_0000_0000_0abcn).toString());
    const id = new shared.UUID().setStructured(halves);
    expect(answer((response) => response.setCorrelationId(id)).correlation).toBe(0xabc);
  });

  it.each([7, undefined])('of a wrong revision gives the current one, %s', (current) => {
    const wrong = new shared.WrongExpectedVersion();
    if (current === undefined) wrong.setCurrentNoStream(new shared.Empty());
    else wrong.setCurrentStreamRevision(String(current));
    const settle = refused('WrongExpectedVersion', wrong.serializeBinary());
    expect(settle).toThrow(new WrongExpectedRevision('till-1', 'no-stream', current));
  });

  it.each([
    ['StreamDeleted', 'stream-deleted'],
    ['AccessDenied', 'access-denied'],
    ['MaximumAppendSizeExceeded', 'too-large'],
    ['BadRequest', 'bad-request'],
  ] as const)('of %s refuses', (name, reason) => {
    expect(refused(name, Buffer.alloc(0))).toThrow(`refused the append (${reason})`);
  });

  it.each(['Timeout', 'Unknown', 'Unheard'])('of %s leaves it unknown', (name) => {
    expect(refused(name, Buffer.alloc(0))).toThrow(OutcomeUnknown);
  });

  it('that says nothing leaves it unknown', () => {
    expect(() => answer(() => undefined).settle(input())).toThrow(OutcomeUnknown);
  });

  it('that is cut anywhere is an error and not a shorter answer', () => {
    const success = new streams.BatchAppendResp.Success().setCurrentRevision('300');
    const whole = new streams.BatchAppendResp().setCorrelationId(uuid()).setSuccess(success);
    const bytes = Buffer.from(whole.serializeBinary());
    for (let end = 1; end < bytes.length; end += 1) {
      const cut = readOrThrow(bytes.subarray(0, end));
      if (cut !== undefined) expect(() => cut.settle(input())).toThrow(OutcomeUnknown);
    }
  });
});

function readOrThrow(bytes: Buffer): ReturnType<typeof readAnswer> | undefined {
  try {
    return readAnswer(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return undefined;
  }
}
