import { addDays, isDay, type Day } from '@app/kernel';
import { findUnendorsed, type PublicKey } from './audit-keys';
import { isSignedBy, type DayRoot, rootOf } from './day-roots';

/** One thing that is not as it was anchored, and where. */
export type AuditFinding = Readonly<{ where: string; what: string }>;

export type Tell = (finding: AuditFinding) => void;

export type Trust = Readonly<{
  /** The first key, known from elsewhere, hex. Without it an export is held to the keys it brings. */
  firstKey?: string;
  /** Roots known from elsewhere: an earlier export, a mail, a paper. */
  roots?: ReadonlyMap<Day, string>;
}>;

/** Roots in their order: each signed, each on the one before, no day missing, none another than known. */
export class DaySequence {
  #last: DayRoot | undefined;
  #keyAt = 0;

  constructor(
    private readonly keys: readonly PublicKey[],
    private readonly trust: Trust,
    private readonly tell: Tell,
  ) {
    const unendorsed = findUnendorsed(keys);
    if (unendorsed >= 0) this.#found('keys', `key ${unendorsed + 1} is not endorsed`);
    if (trust.firstKey !== undefined && keys[0]?.key !== trust.firstKey) {
      this.#found('keys', 'the first key is another than the one you trust');
    }
  }

  get last(): DayRoot | undefined {
    return this.#last;
  }

  see(day: DayRoot): void {
    const { statement, root, signature } = day;
    const where = `day ${statement.day}`;
    if (rootOf(statement) !== root) this.#found(where, 'its root is of another statement');
    if (!isSignedBy(statement, signature)) this.#found(where, 'its signature does not hold');
    const keyAt = this.keys.findIndex(({ key }) => key === statement.key);
    if (keyAt < 0) this.#found(where, 'it is signed with a key nobody knows');
    else if (keyAt < this.#keyAt) this.#found(where, 'it is signed with a key of before');
    this.#keyAt = Math.max(keyAt, this.#keyAt);
    const known = this.trust.roots?.get(statement.day);
    if (known !== undefined && known !== root) this.#found(where, 'its root is not the known one');
    this.#follows(day, where);
    this.#last = day;
  }

  /** Known days that never came. */
  end(): void {
    for (const day of this.trust.roots?.keys() ?? []) {
      if (this.#last === undefined || day > this.#last.statement.day) {
        this.#found(`day ${day}`, 'its root is known, and it is gone');
      }
    }
  }

  #follows({ statement }: DayRoot, where: string): void {
    const { day, previousRoot } = statement;
    const last = this.#last;
    if (!isDay(day)) return this.#found(where, 'it is no day');
    if (last !== undefined && day !== addDays(last.statement.day, 1)) {
      this.#found(where, `it comes after ${last.statement.day}: a day is missing or out of order`);
    }
    if (previousRoot !== (last?.root ?? null)) {
      this.#found(where, 'it does not follow from the day before');
    }
  }

  #found(where: string, what: string): void {
    this.tell({ where, what });
  }
}

/** Undefined for what is no root of a day; whether it holds is for `DaySequence`. */
export function readDayRoot(value: unknown): DayRoot | undefined {
  const { statement, root, signature } = (value ?? {}) as Partial<DayRoot>;
  const { log, refusals, key } = (statement ?? {}) as Partial<DayRoot['statement']>;
  const isRoot =
    statement?.format === 'carnet-audit/1' &&
    [root, signature, key, log?.head, refusals?.head].every((each) => typeof each === 'string');
  return isRoot ? (value as DayRoot) : undefined;
}
