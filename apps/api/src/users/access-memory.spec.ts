import { randomUUID } from 'node:crypto';
import type { AccessFact } from '@app/access/contract';
import { OPERATOR_PARTY_ID } from '@app/access';
import {
  InMemoryEventStore,
  type EventMetadata,
  type Following,
  type FollowOptions,
  type RecordedEvent,
} from '@app/platform';
import { AccessMemory } from './access-memory';

/** A log that hands over what it is told to, and is as old as it is told to be. */
class SlowStore extends InMemoryEventStore {
  #options: FollowOptions | undefined;

  override follow(options: FollowOptions): Following {
    this.#options = options;
    return { ended: Promise.resolve(), stop: () => Promise.resolve() };
  }

  async record(streamName: string, ...facts: readonly AccessFact[]): Promise<void> {
    const events = facts.map((fact) => ({
      ...{ id: randomUUID(), metadata: {} as EventMetadata, ...fact },
    }));
    const known = await Array.fromAsync(this.readStream(streamName));
    const expectedRevision = known.length === 0 ? 'no-stream' : known.length - 1;
    await this.append({ streamName, expectedRevision, events });
  }

  /** Hands over all there is, seen that long ago. */
  async deliver(ageMs: number): Promise<void> {
    const events: RecordedEvent[] = await Array.fromAsync(this.readAll());
    await this.#options?.onBatch(events);
    this.age(ageMs);
  }

  age(ageMs: number): void {
    this.#options?.onCurrent?.(performance.now() - ageMs);
  }
}

const FRESH_MS = 0;
const OLD_MS = 1_001;
const keyed = (apiKeyId: string): AccessFact => ({
  type: 'ApiKeyIssued',
  data: {
    ...{ apiKeyId, partyId: 'f', roles: ['funder'], purpose: 'export', keyHash: 'hash' },
    ...{ lastFour: 'abcd', expiresAt: '2027-01-01', issuedBy: 'o', issuedAs: 'operator' },
  },
});
const revoked: AccessFact = {
  type: 'ApiKeyRevoked',
  data: { apiKeyId: 'k', revokedBy: 'o', reason: 'lost' },
};
const registered: AccessFact = { type: 'UserRegistered', data: { userId: 'u' } };
const operates = { userId: 'u', partyId: OPERATOR_PARTY_ID, role: 'operator' } as const;
const gave: AccessFact = {
  type: 'RoleGiven',
  data: { ...operates, givenBy: 'o', givenAs: 'operator' },
};
const withdrew: AccessFact = {
  type: 'RoleWithdrawn',
  data: { ...operates, withdrawnBy: 'o', withdrawnAs: 'operator', reason: 'left' },
};

let store: SlowStore;
let memory: AccessMemory;
beforeEach(async () => {
  store = new SlowStore();
  memory = new AccessMemory({ store, logger: { error: () => undefined, warn: () => undefined } });
  await store.record('api-key-k', keyed('k'));
  await store.record('user-u', registered);
  await store.record('operators-scheme', gave);
  memory.onApplicationBootstrap();
});
afterEach(() => memory.onApplicationShutdown());

describe('memory that is at most a second old', () => {
  beforeEach(() => store.deliver(FRESH_MS));

  it('answers at once', () => {
    expect(memory.keyOf('k')).toMatchObject({ status: 'issued' });
    expect(memory.standingOf('u')).toMatchObject({ operators: ['u'] });
  });

  it('reads a key it does not know, which may be new', async () => {
    await store.record('api-key-new', keyed('new'));
    expect(await memory.keyOf('new')).toMatchObject({ status: 'issued' });
    expect(await memory.keyOf('never')).toEqual({ status: 'unknown' });
  });
});

describe('memory that is older', () => {
  beforeEach(async () => {
    await store.deliver(OLD_MS);
    await store.record('api-key-k', revoked);
    await store.record('operators-scheme', withdrew);
  });

  it('is not believed: the streams are read', async () => {
    expect(await memory.keyOf('k')).toMatchObject({ status: 'revoked' });
    expect(await memory.standingOf('u')).toMatchObject({ operators: [] });
  });

  it('knows for good what was revoked', async () => {
    await store.deliver(OLD_MS);
    expect(memory.keyOf('k')).toMatchObject({ status: 'revoked' });
  });
});

it('is read from the streams before anything was followed', async () => {
  expect(await memory.keyOf('k')).toMatchObject({ status: 'issued' });
  const standing = await memory.standingOf('u');
  expect(standing).toMatchObject({ user: { status: 'registered' }, operators: ['u'] });
});
