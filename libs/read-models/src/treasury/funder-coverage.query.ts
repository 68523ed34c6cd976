import type { ReadStore } from '@app/platform';
import { BalanceQueries } from '../ledger/balances.query';
import { CashQueries } from '../ledger/cash.query';

/** Whether a funder's money covers what it is promised for, debts and shortfalls named apart. */
export type FunderCoverage = Readonly<{
  funderId: string;
  /** Deposited − paid − returned − swept: its part of the ring-fenced account. */
  cashCents: number;
  /** Of it what no booked credit stands behind yet. */
  unconfirmedCents: number;
  /** Reserved, available, active, distributed, expired, and what places are owed or are being paid. */
  liabilitiesCents: number;
  /** Cash as a share of the liabilities, cut to whole basis points; 10,000 where there are none. */
  coverageBasisPoints: number;
  shortfallCents: number;
  /** What places owe back, also where a run nets it. */
  owedByPlacesCents: number;
  /** Earned by the operator, and still in the account. */
  unsweptFeesCents: number;
}>;

/**
 * cash + owedByPlaces + shortfall = liabilities + unsweptFees, for each funder at every instant: the
 * ledger's equation, from the side of the money (design.md, Solvency).
 */
export class CoverageQueries {
  readonly #balances: BalanceQueries;
  readonly #cash: CashQueries;

  constructor(private readonly store: ReadStore) {
    this.#balances = new BalanceQueries(store);
    this.#cash = new CashQueries(store);
  }

  /** In the order of their ids; `funderId` narrows to one. */
  listFunders(asOf?: Date, funderId?: string): readonly FunderCoverage[] {
    return this.store.snapshot(() => {
      const sums = new Map<string, Sums>();
      for (const cash of this.#cash.list(asOf)) {
        if (funderId !== undefined && cash.funderId !== funderId) continue;
        const { agreementId, cashCents, sweptCents } = cash;
        const balance = this.#balances.findAgreement(agreementId, asOf);
        if (balance === undefined) continue;
        const gross = this.#balances.getGross(agreementId, asOf);
        const before = sums.get(cash.funderId) ?? EMPTY;
        const { reservedCents, availableCents, activeCents, distributedCents } = balance;
        const promisedCents = reservedCents + availableCents + activeCents + distributedCents;
        const payableCents = balance.expiredCents + gross.owedCents + gross.inRunCents;
        sums.set(cash.funderId, {
          cashCents: before.cashCents + cashCents,
          unconfirmedCents: before.unconfirmedCents + balance.depositedCents - cash.confirmedCents,
          liabilitiesCents: before.liabilitiesCents + promisedCents + payableCents,
          shortfallCents: before.shortfallCents + balance.shortfallCents,
          owedByPlacesCents:
            before.owedByPlacesCents + gross.owedByPlacesCents + gross.inRunByPlacesCents,
          unsweptFeesCents: before.unsweptFeesCents + balance.feesCents - sweptCents,
        });
      }
      return [...sums].sort(byId).map(([id, sum]) => coverageOf(id, sum));
    });
  }
}

type Sums = Omit<FunderCoverage, 'funderId' | 'coverageBasisPoints'>;

const EMPTY: Sums = {
  ...{ cashCents: 0, unconfirmedCents: 0, liabilitiesCents: 0, shortfallCents: 0 },
  ...{ owedByPlacesCents: 0, unsweptFeesCents: 0 },
};

const byId = ([a]: readonly [string, Sums], [b]: readonly [string, Sums]): number =>
  a < b ? -1 : 1;

const coverageOf = (funderId: string, sums: Sums): FunderCoverage => {
  const { cashCents, liabilitiesCents } = sums;
  // Up to 10^12 cents times 10^4 is beyond exact numbers.
  const share =
    liabilitiesCents === 0 ? 10_000n : (BigInt(cashCents) * 10_000n) / BigInt(liabilitiesCents);
  return { funderId, ...sums, coverageBasisPoints: Number(share) };
};
