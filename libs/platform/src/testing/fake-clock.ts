import { Clock } from '../clock/clock';

/** A clock that stands still until told: `new FakeClock('2026-03-29T00:59:59Z')`. */
export class FakeClock extends Clock {
  #now: number;

  constructor(at = '2026-01-15T10:00:00.000Z') {
    super();
    this.#now = instant(at);
  }

  now(): Date {
    return new Date(this.#now);
  }

  set(at: string): void {
    this.#now = instant(at);
  }

  advanceBy({ days = 0, hours = 0, seconds = 0, ms = 0 }: Partial<Record<Unit, number>>): void {
    this.#now += ((days * 24 + hours) * 3_600 + seconds) * 1_000 + ms;
  }
}

type Unit = 'days' | 'hours' | 'seconds' | 'ms';

function instant(at: string): number {
  const ms = Date.parse(at);
  if (Number.isNaN(ms)) throw new TypeError(`${at} is no instant`);
  return ms;
}
