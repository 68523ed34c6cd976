import { parisDayOf } from '@app/kernel';
import type { Params, ReadStore } from '@app/platform';
import {
  addFundingBalances,
  fundingBalance,
  grossBalance,
  payeeBalance,
  type FundingBalance,
  type GrossBalance,
  type PayeeBalance,
} from './balances';
import { ledger } from './ledger.projection';
import type { Account, AgreementRow } from './ledger.tables';
import type { PairRow } from './pairs.tables';
import { addMovement, addToPair, type Sum } from './roll-forward';

const { agreements, agreementClosings, pairClosings } = ledger.table;

const PAIR = pairClosings.columns.map(({ name }) => `"${name}"`).join(', ');

export type OwedPair = Pick<PairRow, 'agreementId' | 'placeId' | 'owedCents'>;

/**
 * Balances now, or as the log knew them at any past instant: the last closing before that day, and
 * the movements of the day up to the instant.
 */
export class BalanceQueries {
  constructor(private readonly store: ReadStore) {}

  /** Undefined where no such agreement is known. */
  findAgreement(agreementId: string, asOf?: Date): FundingBalance | undefined {
    return this.store.snapshot(() => {
      const row = this.store.find(agreements, agreementId);
      return row && this.#agreement(row, asOf);
    });
  }

  /** All zero for an agreement that owed nothing yet. */
  getGross(agreementId: string, asOf?: Date): GrossBalance {
    return this.store.snapshot(() => grossBalance(this.#pairs('agreementId', agreementId, asOf)));
  }

  /** The sum of the funder's agreements; all zero for a funder without one. */
  getFunder(funderId: string, asOf?: Date): FundingBalance {
    return this.store.snapshot(() =>
      addFundingBalances(
        this.store
          .rows(agreements, 'WHERE funderId = ?', funderId)
          .map((row) => this.#agreement(row, asOf)),
      ),
    );
  }

  /** All zero for a place that never redeemed. */
  getPlace(placeId: string, asOf?: Date): PayeeBalance {
    return this.store.snapshot(() => payeeBalance(this.#pairs('placeId', placeId, asOf)));
  }

  getOrganisation(organisationId: string, asOf?: Date): PayeeBalance {
    return this.store.snapshot(() =>
      payeeBalance(this.#pairs('organisationId', organisationId, asOf)),
    );
  }

  /** What each agreement owes at each place, signed: negative where the place owes. */
  listOwed(key: 'placeId' | 'organisationId', id: string, asOf?: Date): readonly OwedPair[] {
    return this.store
      .snapshot(() => this.#pairs(key, id, asOf))
      .map(({ agreementId, placeId, owedCents }) => ({ agreementId, placeId, owedCents }));
  }

  #agreement(row: AgreementRow, asOf: Date | undefined): FundingBalance {
    const { agreementId } = row;
    const then = asOf === undefined ? row : this.#agreementAt(row, asOf);
    return fundingBalance(then, this.#pairs('agreementId', agreementId, asOf));
  }

  #agreementAt(row: AgreementRow, asOf: Date): AgreementRow {
    const day = parisDayOf(asOf);
    if (row.day < day) return row;
    const { agreementId, funderId, faceValueCents } = row;
    const closings = this.store.rows(
      agreementClosings,
      'WHERE agreementId = ? AND day < ? ORDER BY day DESC LIMIT 1',
      agreementId,
      day,
    );
    const opening = closings[0] ?? { ...NOTHING, agreementId, funderId, faceValueCents, day };
    const moved = this.#sumsOfDay('agreementId', agreementId, asOf).reduce(addMovement, opening);
    const counted = this.#countsOfDay(agreementId, asOf);
    return {
      ...moved,
      issued: moved.issued + counted.issued,
      started: moved.started + counted.started,
      blocked: moved.blocked + counted.blocked,
    };
  }

  #pairs(key: PairKey, id: string, asOf: Date | undefined): readonly PairRow[] {
    // What runs ask of a pair is left where it is: it is no part of a balance.
    const current = this.store.all<PairRow>(`SELECT ${PAIR} FROM pairs WHERE "${key}" = ?`, id);
    if (asOf === undefined) return current;
    const day = parisDayOf(asOf);
    const unchanged = current.filter((row) => row.day < day);
    const changed = current.filter((row) => row.day >= day);
    if (changed.length === 0) return unchanged;
    const sums = this.#sumsOfDay(key, id, asOf);
    return [
      ...unchanged,
      ...changed.map((row) => sums.reduce(addToPair, this.#pairBefore(row, day))),
    ];
  }

  #pairBefore(row: PairRow, day: string): PairRow {
    const { agreementId, placeId } = row;
    const closings = this.store.rows(
      pairClosings,
      'WHERE agreementId = ? AND placeId = ? AND day < ? ORDER BY day DESC LIMIT 1',
      agreementId,
      placeId,
      day,
    );
    return closings[0] ?? { ...row, ...NO_DEBT };
  }

  /** Movements of the instant's day, up to the instant, summed per pair of accounts. */
  #sumsOfDay(key: PairKey, id: string, asOf: Date): readonly Sum[] {
    return this.store.all<Sum>(
      `SELECT agreementId, placeId, "from", "to", SUM(cents) AS cents, SUM(vouchers) AS vouchers
         FROM movements WHERE ${DAY_RANGE} AND "${key}" = ?
        GROUP BY agreementId, placeId, "from", "to"`,
      ...dayRange(asOf),
      id,
    );
  }

  #countsOfDay(agreementId: string, asOf: Date): Counted {
    const counted = this.store.get<Counted>(
      `SELECT COALESCE(SUM(issued), 0) AS issued, COALESCE(SUM(started), 0) AS started,
              COALESCE(SUM(blocked), 0) AS blocked
         FROM counts WHERE ${DAY_RANGE} AND agreementId = ?`,
      ...dayRange(asOf),
      agreementId,
    );
    return counted ?? { issued: 0, started: 0, blocked: 0 };
  }
}

/**
 * Rows of one day up to an instant, found by position: the log's order is the table's, so that no
 * index by time is needed.
 */
export const DAY_RANGE = `position > (SELECT COALESCE(MAX(lastPosition), -1) FROM days WHERE day < ?)
          AND position <= (SELECT COALESCE(MAX(lastPosition), -1) FROM days WHERE day <= ?)
          AND atMs <= ?`;

export const dayRange = (asOf: Date): Params => {
  const day = parisDayOf(asOf);
  return [day, day, asOf.getTime()];
};

type PairKey = 'agreementId' | 'placeId' | 'organisationId';
type Counted = { issued: number; started: number; blocked: number };

const NO_DEBT = { owedCents: 0, inRunCents: 0, paidCents: 0, vouchersRedeemed: 0 };

const NOTHING: Readonly<Record<`${Account}Cents`, number> & Counted> = {
  worldCents: 0,
  shortfallCents: 0,
  availableCents: 0,
  reservedCents: 0,
  activeCents: 0,
  distributedCents: 0,
  owedCents: 0,
  inRunCents: 0,
  paidCents: 0,
  expiredCents: 0,
  returnedCents: 0,
  feesCents: 0,
  issued: 0,
  started: 0,
  blocked: 0,
};
