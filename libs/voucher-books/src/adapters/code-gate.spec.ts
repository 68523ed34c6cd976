import { DomainError } from '@app/kernel';
import { Counters, LocalCounters } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import type { Asker } from '../domain/codes/code-limits';
import { CodeGate } from './code-gate';

const cashier: Asker = { deviceId: 'd', placeId: 'p', organisationId: 'o', address: 'a' };

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

  it('locks it twice as long the next time', async () => {
    const { clock, closedFor, guess } = gateOf();
    await guess(10);
    clock.advanceBy({ seconds: 900 });
    await guess(10);
    expect(await closedFor()).toBe(1_800);
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

  it('closes the public routes after 10,000 a day, and leaves logged-in places open', async () => {
    const { closedFor, guess } = gateOf();
    for (let i = 0; i < 10_000; i += 1) await guess(1, { address: `a${i}` });
    expect(await closedFor({ address: 'fresh' })).toBe(86_400);
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
    await closedFor({ address: 'b' });
    expect(shared.calls).toBe(1);
    shared.isAway = false;
    clock.advanceBy({ seconds: 5 });
    await closedFor();
    expect(shared.calls).toBe(2);
  });
});
