import { parisDayOf, type Day } from '@app/kernel';

/** The only source of time: handlers ask it and pass what it says on with the command. */
export abstract class Clock {
  abstract now(): Date;

  /** The day it is in Paris, whose midnight is the scheme's. */
  today(): Day {
    const now = this.now();
    // Offsets change on the hour, so an hour of UTC is of one day; asking the calendar is slow.
    const hour = Math.floor(now.getTime() / 3_600_000);
    if (hour !== this.#hour) [this.#hour, this.#day] = [hour, parisDayOf(now)];
    return this.#day;
  }

  #hour = NaN;
  #day = '';
}

export class SystemClock extends Clock {
  now(): Date {
    return new Date();
  }
}
