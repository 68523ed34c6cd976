import { DomainError } from '@app/kernel';
import { Counters, LocalCounters } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import type { Asker } from '../domain/codes/code-limits';
import { CodeGate } from './code-gate';

const cashier: Asker = { deviceId: 'd', placeId: 'p', organisationId: 'o', address: '192.0.2.1' };

const addressOf = (at: number): string => `198.51.${at >> 8}.${at & 255}`;

/** Counts like Redis while it is there. */
class SharedCounters extends LocalCounters {
  isAway = false;
  calls = 0;

  override async add(...asked: Parameters<Counters['add']>) {
    this.#answer();
    return super.add(...asked);
  }

  override async read(...asked: Parameters<Counters['read']>) {
    this.#answer();
    return super.read(...asked);
  }

  #answer(): void {
    this.calls += 1;
    if (this.isAway) throw new Error('away');
  }
}

function gateOf(shared = new SharedCounters()) {
  const clock = new FakeClock();
  const gate = new CodeGate({ shared, local: new LocalCounters(), clock });
  /** Seconds until it opens, 0 when it is open. */
  const closedFor = (asker: Asker = cashier): Promise<number> =>
    Promise.resolve(gate.refuseGuesser(asker)).then(
      () => 0,
      (error: unknown) => {
        if (!(error instanceof DomainError) || error.code !== 'too_many_attempts') throw error;
        return Number(error.details['retryAfterSeconds']);
      },
    );
  const guess = async (times: number, asker: Asker = cashier) => {
    for (let i = 0; i < times; i += 1) await gate.countWrongCode(asker);
  };
  return { gate, clock, shared, closedFor, guess };
}

describe('the gate before codes', () => {
  it('locks a device after 10 wrong codes for 15 minutes', async () => {
    const { clock, closedFor, guess } = gateOf();
    await guess(9);
    expect(await closedFor()).toBe(0);
    await guess(1);
    expect(await closedFor()).toBe(900);
    clock.advanceBy({ seconds: 899 });
    expect(await closedFor()).toBe(1);
    clock.advanceBy({ seconds: 1 });
    expect(await closedFor()).toBe(0);
  });

  it('locks it twice as long each next time, for 24 hours at most', async () => {
    const { clock, closedFor, guess } = gateOf();
    const minutes: number[] = [];
    for (let strike = 0; strike < 9; strike += 1) {
      // Each time another place and address: it is the device that is known.
      await guess(10, { deviceId: 'd', placeId: `p${strike}`, address: addressOf(strike) });
      const seconds = await closedFor({ deviceId: 'd', address: '192.0.2.2' });
      minutes.push(seconds / 60);
      clock.advanceBy({ seconds });
    }
    expect(minutes).toEqual([15, 30, 60, 120, 240, 480, 960, 1_440, 1_440]);
  });

  it('forgets wrong codes after 10 minutes', async () => {
    const { clock, closedFor, guess } = gateOf();
    await guess(9);
    clock.advanceBy({ seconds: 600 });
    await guess(1);
    expect(await closedFor()).toBe(0);
  });

  it('stops a place that takes one device after the other', async () => {
    const { closedFor, guess } = gateOf();
    for (let i = 0; i < 10; i += 1) await guess(5, { ...cashier, deviceId: `d${i}` });
    expect(await closedFor({ ...cashier, deviceId: 'fresh' })).toBe(3_600);
    expect(await closedFor({ ...cashier, deviceId: 'fresh', placeId: 'q' })).toBe(0);
  });

  it('stops an organisation that takes one place after the other', async () => {
    const { closedFor, guess } = gateOf();
    // 49 from each place and address, and from each device no more than 9.
    const from = (at: number, device: number): Asker => ({
      ...{ deviceId: `d${at}-${device}`, placeId: `p${at}`, organisationId: 'o' },
      address: addressOf(at),
    });
    for (let at = 0; at < 10; at += 1) {
      for (let i = 0; i < 49; i += 1) await guess(1, from(at, i % 6));
    }
    const fresh = { ...cashier, deviceId: 'fresh', placeId: 'fresh' };
    await guess(9, { ...fresh, address: '192.0.2.2' });
    expect(await closedFor(fresh)).toBe(0);
    await guess(1, { ...fresh, deviceId: 'fresh2' });
    expect(await closedFor({ ...fresh, deviceId: 'fresh3' })).toBe(3_600);
    expect(await closedFor({ ...fresh, organisationId: 'another' })).toBe(0);
  });

  it.each([
    ['an address', (at: number) => `192.0.2.1:${10_000 + at}`, '192.0.2.2'],
    ['a network of IPv6', (at: number) => `2001:db8:1:1::${at.toString(16)}`, '2001:db8:1:2::1'],
  ])('stops %s after 60 wrong codes in an hour', async (_what, own, another) => {
    const { clock, closedFor, guess } = gateOf();
    for (let at = 0; at < 59; at += 1) await guess(1, { address: own(at) });
    expect(await closedFor({ address: own(60) })).toBe(0);
    clock.advanceBy({ seconds: 2 });
    await guess(1, { address: own(60) });
    expect(await closedFor({ address: own(61) })).toBe(3_598);
    // Logging in does not help who sits there.
    expect(await closedFor({ ...cashier, address: own(62) })).toBe(3_598);
    expect(await closedFor({ address: another })).toBe(0);
    clock.advanceBy({ seconds: 3_598 });
    expect(await closedFor({ address: own(61) })).toBe(0);
  });

  it('closes the public routes after 10,000 a day, and leaves logged-in places open', async () => {
    const { closedFor, guess } = gateOf();
    for (let i = 0; i < 10_000; i += 1) await guess(1, { address: addressOf(i) });
    expect(await closedFor({ address: '192.0.2.2' })).toBe(86_400);
    expect(await closedFor()).toBe(0);
  });

  it('notices at once what it counted itself, and others’ counts within a second', async () => {
    const shared = new SharedCounters();
    const [here, there] = [gateOf(shared), gateOf(shared)];
    expect(await there.closedFor()).toBe(0);
    await here.guess(10);
    expect(await here.closedFor()).toBe(900);
    there.clock.advanceBy({ ms: 999 });
    expect(await there.closedFor()).toBe(0);
    there.clock.advanceBy({ ms: 1 });
    expect(await there.closedFor()).toBe(899);
  });

  it('asks Redis once a second for an honest asker', async () => {
    const { shared, closedFor } = gateOf();
    for (let i = 0; i < 100; i += 1) await closedFor();
    expect(shared.calls).toBe(1);
  });

  it('asks once a second for each place of a device that serves several, and each address', async () => {
    const { shared, clock, closedFor } = gateOf();
    const askAll = async () => {
      for (const placeId of ['p', 'q', 'r']) await closedFor({ ...cashier, placeId });
    };
    for (let i = 0; i < 100; i += 1) await askAll();
    expect(shared.calls).toBe(3);
    clock.advanceBy({ ms: 1_000 });
    await askAll();
    expect(shared.calls).toBe(6);
    await closedFor({ ...cashier, address: '192.0.2.2' });
    expect(shared.calls).toBe(7);
  });
});

describe('the gate while Redis is away', () => {
  it('counts alone, with stricter limits', async () => {
    const { shared, closedFor, guess } = gateOf();
    shared.isAway = true;
    await guess(1);
    expect(await closedFor()).toBe(0);
    await guess(1);
    expect(await closedFor()).toBe(900);
  });

  it.each<[string, number, (at: number) => Asker]>([
    ['place', 12, (at) => ({ deviceId: `d${at}`, placeId: 'p', address: addressOf(at) })],
    ['address', 15, () => ({ address: '192.0.2.1' })],
    [
      'organisation',
      125,
      (at) => ({ deviceId: `d${at}`, organisationId: 'o', address: addressOf(at) }),
    ],
    ['public', 2_500, (at) => ({ address: addressOf(at) })],
  ])('stops a whole %s after a quarter', async (_scope, max, askerAt) => {
    const { shared, closedFor, guess } = gateOf();
    shared.isAway = true;
    for (let at = 1; at < max; at += 1) await guess(1, askerAt(at));
    expect(await closedFor(askerAt(max + 1))).toBe(0);
    await guess(1, askerAt(max));
    expect(await closedFor(askerAt(max + 2))).toBeGreaterThan(0);
  });

  it('goes on from what it had counted', async () => {
    const { shared, closedFor, guess } = gateOf();
    await guess(2);
    expect(await closedFor()).toBe(0);
    shared.isAway = true;
    await guess(1);
    expect(await closedFor()).toBeGreaterThan(0);
  });

  it('does not wait for it again and again, and finds it when it is back', async () => {
    const { shared, clock, closedFor, guess } = gateOf();
    shared.isAway = true;
    await guess(1);
    await closedFor();
    await closedFor({ address: '192.0.2.2' });
    expect(shared.calls).toBe(1);
    shared.isAway = false;
    clock.advanceBy({ seconds: 5 });
    await closedFor();
    expect(shared.calls).toBe(2);
  });
});
