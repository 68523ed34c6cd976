import type { Day, Instant } from '@app/kernel';
import type { Counted, Lost, RefusedRequest, SignIn } from './refusal-records';

/** So much of a day's bytes all who did not log in may take together. */
const NOBODY_SHARE = 1 / 2;
/** And so much any one actor: whoever floods the log does not hide what others do. */
const ACTOR_SHARE = 1 / 16;

/** Actors whose counts are kept apart; the others' are added up. */
const ACTORS_MAX = 10_000;

type Count = { from: Instant; codes: Map<string, number> };

/** Who may still write how much today, and what was left out. */
export class Shares {
  readonly #bytes = new Map<string | null, number>();
  readonly #counts = new Map<string | null, Count>();
  #total = 0;
  #day: Day = '';

  constructor(private readonly bytesMax: number) {}

  /** Whether the record is written; else it is counted. */
  take(record: RefusedRequest | SignIn | Lost, bytes: number): boolean {
    if (record.kind === 'lost') return true;
    const { actor, at } = record;
    const id = actor?.id ?? null;
    const taken = (this.#bytes.get(id) ?? 0) + bytes;
    const share = id === null ? NOBODY_SHARE : ACTOR_SHARE;
    if (taken > share * this.bytesMax || this.#total + bytes > this.bytesMax) {
      this.#count(id, at, record.kind === 'sign-in' ? 'sign-in' : record.code);
      return false;
    }
    this.#bytes.set(id, taken);
    this.#total += bytes;
    return true;
  }

  counted(until: Instant): readonly Counted[] {
    return [...this.#counts].map(([actorId, { from, codes }]) => {
      return { kind: 'counted', from, until, actorId, codes: Object.fromEntries(codes) };
    });
  }

  /** Another file of the same day gets no more than the rest. */
  begin(day: Day): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#bytes.clear();
    this.#total = 0;
  }

  /** They are written. */
  forgetCounts(): void {
    this.#counts.clear();
  }

  #count(actorId: string | null, at: Instant, code: string): void {
    const isKept = this.#counts.has(actorId) || this.#counts.size < ACTORS_MAX;
    const id = isKept ? actorId : null;
    const count = this.#counts.get(id) ?? { from: at, codes: new Map<string, number>() };
    count.codes.set(code, (count.codes.get(code) ?? 0) + 1);
    this.#counts.set(id, count);
  }
}
