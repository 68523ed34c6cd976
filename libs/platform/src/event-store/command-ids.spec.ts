import { hash } from 'node:crypto';
import fc from 'fast-check';
import { uuidV5 } from '../ids/uuid';
import {
  eventIdOf,
  hashOf,
  processCommandId,
  requestCommandId,
  timerCommandId,
} from './command-ids';

const KEY = '9f7d0a1e-3c1b-4b5e-8a57-0d6f2a3b4c5d';
const request = { partyId: 'p', route: 'POST /v1/orders', idempotencyKey: KEY };

describe('ids of commands', () => {
  it('never change: what was written years ago is found by them', () => {
    expect(requestCommandId(request)).toBe('1a469e57-637e-5fda-86ec-bbc3013054c8');
    expect(processCommandId({ sourceEventId: KEY, step: 'a' })).toBe(
      'f127787e-c097-5694-bc2d-03b4d6d2e647',
    );
    expect(timerCommandId({ process: 'closing', timer: 'stock', dueOn: '2026-11-21' })).toBe(
      'f4a8de93-c71c-5d20-9225-2bb0afdad3b5',
    );
    const event = { commandId: KEY, requestHash: 'ab', index: 0, dataJson: '{"cents":5}' };
    expect(eventIdOf(event)).toBe('f810b90e-4cef-5e9e-96ee-aaf50b7cab1b');
  });

  it('differ with every part, and parts do not run together', () => {
    const ids = [
      request,
      { ...request, partyId: 'q' },
      { ...request, route: 'POST /v1/places' },
      { ...request, idempotencyKey: KEY.replace('9', '8') },
      { ...request, partyId: 'p","POST' },
    ].map(requestCommandId);
    expect(new Set(ids).size).toBe(5);
  });

  it('are of the JSON of the parts, whatever these are made of', () => {
    const carnet = 'd9d2a3a0-52f5-5e4c-9d0e-0f6b1c7e5a11';
    const text = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(text, text, (partyId, route) => {
        const name = JSON.stringify(['http', partyId, route, KEY]);
        expect(requestCommandId({ partyId, route, idempotencyKey: KEY })).toBe(
          uuidV5(carnet, name),
        );
      }),
    );
  });

  it('are the same for a key in either case, as UUIDs are', () => {
    const idempotencyKey = KEY.toUpperCase();
    expect(requestCommandId({ ...request, idempotencyKey })).toBe(requestCommandId(request));
  });

  it('of events differ with the command, the request, the place and what is said', () => {
    const event = { commandId: KEY, requestHash: 'ab', index: 0, dataJson: '{"cents":5}' };
    const others = [
      event,
      { ...event, commandId: KEY.replace('9', '8') },
      { ...event, requestHash: 'ac' },
      { ...event, index: 1 },
      { ...event, dataJson: '{"cents":6}' },
    ];
    expect(new Set(others.map(eventIdOf)).size).toBe(5);
  });
});

describe('the hash of a value', () => {
  it('is that of the text JSON.stringify makes of it with sorted keys', () => {
    const sortedKeys = (_: string, value: unknown): unknown =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
        : value;
    const said = fc.anything({ withDate: true, withSparseArray: true });
    fc.assert(
      fc.property(said, (value) => {
        const text = JSON.stringify(value, sortedKeys) ?? '';
        expect(hashOf(value)).toBe(hash('sha256', text, 'hex'));
      }),
    );
  });

  it('is that of its JSON, whatever the order of its keys', () => {
    expect(hashOf({ a: 1, b: { c: [1, 2], d: 5n } })).toBe(
      hashOf({ b: { d: 5n, c: [1, 2] }, a: 1 }),
    );
    expect(hashOf({ a: [1, 2] })).not.toBe(hashOf({ a: [2, 1] }));
    expect(hashOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});
