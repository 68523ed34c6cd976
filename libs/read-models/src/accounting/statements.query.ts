import { setImmediate } from 'node:timers/promises';
import { addDays } from '@app/kernel';
import type { ReadStore } from '@app/platform';
import type { FlowRow, Posting, UsedRow } from './accounting.tables';
import type { Period } from './books.query';
import { CHART, ENTRIES, type EntryKind, type LedgerAccount } from './chart';

/** What a place is owed, net of what it owes, and what is on its way to it. */
export type PlaceBalance = Readonly<{ owedCents: number; inRunCents: number }>;

export type StatementLine = Readonly<{
  /** The accounting date. */
  on: string;
  documentOn: string;
  entry: EntryKind;
  label: string;
  reference: string;
  agreementId: string;
  cents: number;
  promisedPaymentOn: string | null;
}> &
  PlaceBalance;

export type PlaceStatement = Readonly<{
  placeId: string;
  from: string;
  to: string;
  opening: PlaceBalance;
  lines: readonly StatementLine[];
  closing: PlaceBalance;
  totals: Readonly<{
    redeemedCents: number;
    cancelledCents: number;
    /** Net of what came back. */
    paidCents: number;
    debtRepaidCents: number;
  }>;
  /** What is owed at the end, by the promises of the latest redemptions that make it up. */
  due: readonly Readonly<{ promisedPaymentOn: string; cents: number }>[];
}>;

/** An agreement's money by bucket, as the books hold it. */
export type AgreementBuckets = Readonly<{
  availableCents: number;
  reservedCents: number;
  activeCents: number;
  distributedCents: number;
  expiredCents: number;
  /** Net of what places owe. */
  owedCents: number;
  inRunCents: number;
  /** On the ring-fenced account: deposited, confirmed or not, less all that has left. */
  cashCents: number;
  shortfallCents: number;
  /** Fees with their VAT, since the beginning. */
  feesCents: number;
  /** Of them, what is still on the ring-fenced account: cash = buckets + this − shortfall. */
  unsweptFeesCents: number;
}>;

export type UsedByPublic = Readonly<{ public: string; vouchers: number; cents: number }>;

export type AgreementMovements = Readonly<{
  agreementId: string;
  from: string;
  to: string;
  opening: AgreementBuckets;
  closing: AgreementBuckets;
  /** What happened between, by what made it. */
  movements: readonly Readonly<{
    entry: EntryKind;
    label: string;
    debitAccount: string;
    creditAccount: string;
    cents: number;
    postings: number;
  }>[];
  /** Net of cancellations, in all before the period and up to its end. */
  usedAtStartCents: number;
  usedAtEndCents: number;
  /** In the period. */
  usedByPublic: readonly UsedByPublic[];
  usedByPublicSinceStart: readonly UsedByPublic[];
}>;

/** What one party's part of the books says of a period; days are accounting dates, inclusive. */
export class StatementQueries {
  constructor(private readonly store: ReadStore) {}

  /** Empty for a place that never redeemed. Every redemption, cancellation, run and payment. */
  async getPlace(placeId: string, { from, to }: Period): Promise<PlaceStatement> {
    const upTo = this.#lastPosition();
    const earlier = this.#sumsOfPlace({ placeId, from, upTo });
    const rows = this.store.iterate<Posting>(
      `SELECT * FROM postings WHERE placeId = ? AND position <= ? AND day BETWEEN ? AND ?
        ORDER BY position, line`,
      ...[placeId, upTo, from, to],
    );
    const opening = earlier.reduce(addToPlace, { owedCents: 0, inRunCents: 0 });
    let balance = opening;
    const lines: StatementLine[] = [];
    for (const row of rows) {
      if (!isOfPlace(row)) continue;
      balance = addToPlace(balance, row);
      lines.push({ ...lineOf(row), ...balance });
      if (lines.length % LINES_AT_ONCE === 0) await setImmediate();
    }
    const due = this.#due({ placeId, to, upTo }, balance.owedCents);
    return { placeId, from, to, opening, lines, closing: balance, totals: totalsOf(lines), due };
  }

  /** All 0 for an agreement that never moved. */
  getAgreement(agreementId: string, { from, to }: Period): AgreementMovements {
    return this.store.snapshot(() => {
      const before = this.#flows(agreementId, '0000-01-01', addDays(from, -1));
      const during = this.#flows(agreementId, from, to);
      const used = this.#used(agreementId, '0000-01-01', to);
      const inPeriod = this.#used(agreementId, from, to);
      const usedAtEndCents = used.reduce((sum, { cents }) => sum + cents, 0);
      const usedInPeriod = inPeriod.reduce((sum, { cents }) => sum + cents, 0);
      return {
        ...{ agreementId, from, to, opening: bucketsOf(before) },
        closing: bucketsOf([...before, ...during]),
        movements: during.map(movementOf),
        ...{ usedAtStartCents: usedAtEndCents - usedInPeriod, usedAtEndCents },
        ...{ usedByPublic: inPeriod, usedByPublicSinceStart: used },
      };
    });
  }

  /** Others go on between the readings of a statement: none looks further than this. */
  #lastPosition(): number {
    const sql = 'SELECT COALESCE(MAX(position), -1) AS last FROM postings';
    return this.store.get<{ last: number }>(sql)?.last ?? -1;
  }

  #sumsOfPlace(asked: Readonly<{ placeId: string; from: string; upTo: number }>) {
    return this.store.all<Transferred>(
      `SELECT debit, credit, SUM(cents) AS cents FROM postings
        WHERE placeId = ? AND position <= ? AND day < ? GROUP BY debit, credit`,
      ...[asked.placeId, asked.upTo, asked.from],
    );
  }

  /** A run takes all that is owed at its opening, so what is left is of the latest redemptions. */
  #due(
    { placeId, to, upTo }: Readonly<{ placeId: string; to: string; upTo: number }>,
    owedCents: number,
  ): PlaceStatement['due'] {
    const byDay = new Map<string, number>();
    let left = owedCents;
    const latest = this.store.iterate<Pick<Posting, 'cents' | 'promisedOn'>>(
      `SELECT cents, promisedOn FROM postings
        WHERE placeId = ? AND position <= ? AND day <= ? AND promisedOn <> ''
        ORDER BY position DESC`,
      ...[placeId, upTo, to],
    );
    for (const { cents, promisedOn } of latest) {
      if (left <= 0) break;
      const part = Math.min(cents, left);
      byDay.set(promisedOn, (byDay.get(promisedOn) ?? 0) + part);
      left -= part;
    }
    return [...byDay]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([promisedPaymentOn, cents]) => ({ promisedPaymentOn, cents }));
  }

  #flows(agreementId: string, from: string, to: string): readonly AgreementFlow[] {
    return this.store.all<AgreementFlow>(
      `SELECT kind, debit, credit, SUM(cents) AS cents, SUM(postings) AS postings FROM flows
        WHERE agreementId = ? AND day BETWEEN ? AND ?
        GROUP BY kind, debit, credit ORDER BY kind, debit, credit`,
      ...[agreementId, from, to],
    );
  }

  #used(agreementId: string, from: string, to: string): readonly UsedByPublic[] {
    return this.store.all<Omit<UsedRow, 'agreementId' | 'day'>>(
      `SELECT public, SUM(vouchers) AS vouchers, SUM(cents) AS cents FROM used_vouchers
        WHERE agreementId = ? AND day BETWEEN ? AND ? GROUP BY public ORDER BY public`,
      ...[agreementId, from, to],
    );
  }
}

/** Some milliseconds' worth. */
const LINES_AT_ONCE = 500;

type Transferred = Pick<Posting, 'debit' | 'credit' | 'cents'>;
type AgreementFlow = Pick<FlowRow, 'kind' | 'debit' | 'credit' | 'cents' | 'postings'>;

const addToPlace = (
  { owedCents, inRunCents }: PlaceBalance,
  { debit, credit, cents }: Transferred,
): PlaceBalance => ({
  owedCents: owedCents + (credit === 'owed' ? cents : 0) - (debit === 'owed' ? cents : 0),
  inRunCents: inRunCents + (credit === 'inRun' ? cents : 0) - (debit === 'inRun' ? cents : 0),
});

/** Not what the operator pays for it from its own account to the ring-fenced one. */
const isOfPlace = ({ debit, credit }: Posting): boolean =>
  [debit, credit].some((account) => account === 'owed' || account === 'inRun');

const lineOf = (posting: Posting): Omit<StatementLine, keyof PlaceBalance> => {
  const { day: on, pieceOn: documentOn, kind: entry, pieceRef: reference, agreementId } = posting;
  const promisedPaymentOn = posting.promisedOn || null;
  const { label } = ENTRIES[entry];
  const cents = signOf(posting) * posting.cents;
  return { on, documentOn, entry, label, reference, agreementId, cents, promisedPaymentOn };
};

/** A component may be negative: it then went the other way than its event says. */
const signOf = ({ kind, debit }: Posting): 1 | -1 => {
  switch (kind) {
    case 'LinesFrozen':
      return debit === 'owed' ? 1 : -1;
    case 'LinesReleased':
    case 'PaymentRejected':
      return debit === 'inRun' ? 1 : -1;
    case 'PaymentSettled':
      return debit === 'suspense' ? -1 : 1;
    case 'PaymentReturned':
      return debit === 'suspense' ? 1 : -1;
    default:
      return 1;
  }
};

const totalsOf = (lines: readonly StatementLine[]): PlaceStatement['totals'] => {
  const of = (entry: EntryKind): number =>
    lines.reduce((sum, line) => (line.entry === entry ? sum + line.cents : sum), 0);
  return {
    redeemedCents: of('VouchersRedeemed'),
    cancelledCents: of('RedemptionCancelled'),
    paidCents: of('PaymentSettled') - of('PaymentReturned'),
    debtRepaidCents: of('DebtRepaid'),
  };
};

const bucketsOf = (flows: readonly AgreementFlow[]): AgreementBuckets => {
  const held = (...accounts: LedgerAccount[]): number =>
    flows.reduce((sum, { debit, credit, cents }) => {
      const [into, out] = [accounts.includes(credit), accounts.includes(debit)];
      return sum + (into ? cents : 0) - (out ? cents : 0);
    }, 0);
  const swept = flows.reduce((sum, { kind, cents }) => {
    if (kind === 'FeeSweepBooked') return sum + cents;
    return kind === 'FeeSweepReturned' ? sum - cents : sum;
  }, 0);
  const feesCents = held('receivable', 'fees', 'vat');
  return {
    availableCents: held('available'),
    reservedCents: held('reserved'),
    activeCents: held('active'),
    distributedCents: held('distributed'),
    expiredCents: held('expired'),
    owedCents: held('owed'),
    inRunCents: held('inRun'),
    cashCents: 0 - held('announced', 'suspense'),
    shortfallCents: 0 - held('shortfall'),
    feesCents,
    unsweptFeesCents: feesCents - swept,
  };
};

const movementOf = ({ kind, debit, credit, cents, postings: count }: AgreementFlow) => ({
  ...{ entry: kind, label: ENTRIES[kind].label, cents, postings: count },
  ...{ debitAccount: CHART[debit].number, creditAccount: CHART[credit].number },
});
