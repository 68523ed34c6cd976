import { setImmediate } from 'node:timers/promises';
import type { ReadStore } from '@app/platform';
import type { Posting } from './accounting.tables';
import {
  auxiliaryOf,
  CHART,
  ENTRIES,
  isOfResult,
  JOURNALS,
  type EntryKind,
  type LedgerAccount,
} from './chart';

/** One line of an entry: of its two sums one is 0. */
export type EntryLine = Readonly<{
  journal: string;
  journalTitle: string;
  number: number;
  /** The accounting date. */
  on: string;
  account: string;
  accountTitle: string;
  /** '' where the account has no sub-ledger. */
  auxiliary: string;
  auxiliaryTitle: string;
  pieceRef: string;
  pieceOn: string;
  label: string;
  debitCents: number;
  creditCents: number;
}>;

/** A calendar year of the books, line by line: what the tax administration may ask for. */
export class FecQueries {
  constructor(private readonly store: ReadStore) {}

  /**
   * In the order of the entries' numbers. A year with years before it begins with the balances
   * brought forward, under number 1; what charges and income left is carried forward as one sum.
   */
  async readYear(year: number): Promise<Generator<EntryLine>> {
    const [after, last] = [
      this.#lastBefore(`${year}-01-01`),
      this.#lastBefore(`${year + 1}-01-01`),
    ];
    const parties = new Map(
      this.store
        .all<{ partyId: string; name: string }>('SELECT partyId, name FROM accounted_parties')
        .map(({ partyId, name }) => [partyId, name]),
    );
    const opening = after < 0n ? [] : await this.#broughtForward(year, parties);
    return this.#linesOf({ after, last, opening, parties });
  }

  *#linesOf({ after, last, opening, parties }: YearOfBooks): Generator<EntryLine> {
    yield* opening;
    const rows = this.store.iterate<Posting>(
      'SELECT * FROM postings WHERE position > ? AND position <= ? ORDER BY position, line',
      after,
      last,
    );
    for (const posting of rows) {
      const { cents } = posting;
      yield lineOf(posting, posting.debit, { debitCents: cents, creditCents: 0 }, parties);
      yield lineOf(posting, posting.credit, { debitCents: 0, creditCents: cents }, parties);
    }
  }

  async #broughtForward(year: number, parties: Parties): Promise<readonly EntryLine[]> {
    const balances = new Map<string, Balance>();
    const add = (account: LedgerAccount, sum: Sum, cents: number): void => {
      const kept = isOfResult(account) ? 'carriedForward' : account;
      const party = partyOf(kept, sum);
      const key = `${CHART[kept].number} ${party}`;
      const before = balances.get(key)?.cents ?? 0;
      balances.set(key, { account: kept, party, cents: before + cents });
    };
    const on = `${year}-01-01`;
    for await (const sum of this.#sumsBefore(on)) {
      add(sum.debit, sum, sum.cents);
      add(sum.credit, sum, -sum.cents);
    }
    const entry = {
      ...{ journal: 'AN', journalTitle: JOURNALS.AN, number: 1, on },
      ...{ pieceRef: `AN ${year}`, pieceOn: on, label: 'Soldes reportés' },
    } as const;
    const open = [...balances]
      .filter(([, { cents }]) => cents !== 0)
      .sort(([a], [b]) => (a < b ? -1 : 1));
    const lines = open.map(([, balance]) => balance);
    // Nothing to bring forward is said too, or the number would be missing.
    const told =
      lines.length > 0 ? lines : [{ account: 'carriedForward', party: '', cents: 0 } as const];
    return told.map(({ account, party, cents }) => ({
      ...entry,
      ...accountOf(account === 'carriedForward' ? resultOf(cents) : account, party, parties),
      ...{ debitCents: Math.max(cents, 0), creditCents: Math.max(-cents, 0) },
    }));
  }

  /** A day at a time: years of postings are added up in seconds, and others are not to wait for it. */
  async *#sumsBefore(day: string): AsyncGenerator<Sum> {
    const days = this.store.all<{ lastPosition: number }>(
      'SELECT lastPosition FROM accounting_days WHERE day < ? ORDER BY day',
      day,
    );
    for (const [index, { lastPosition }] of days.entries()) {
      yield* this.store.all<Sum>(
        `SELECT debit, credit, agreementId, organisationId, SUM(cents) AS cents
           FROM postings WHERE position > ? AND position <= ? GROUP BY 1, 2, 3, 4`,
        days[index - 1]?.lastPosition ?? -1,
        lastPosition,
      );
      await setImmediate();
    }
  }

  #lastBefore(day: string): bigint {
    const row = this.store.get<{ last: number }>(
      'SELECT COALESCE(MAX(lastPosition), -1) AS last FROM accounting_days WHERE day < ?',
      day,
    );
    return BigInt(row?.last ?? -1);
  }
}

/** A loss has an account of its own in the chart: the other is never in debit. */
const resultOf = (cents: number): LedgerAccount =>
  cents > 0 ? 'lossCarriedForward' : 'carriedForward';

type YearOfBooks = Readonly<{
  after: bigint;
  last: bigint;
  opening: readonly EntryLine[];
  parties: Parties;
}>;
type Parties = ReadonlyMap<string, string>;
type Balance = Readonly<{ account: LedgerAccount; party: string; cents: number }>;
type Sum = Readonly<Pick<Posting, 'debit' | 'credit' | 'agreementId' | 'organisationId' | 'cents'>>;

const lineOf = (
  posting: Posting,
  account: LedgerAccount,
  sums: Pick<EntryLine, 'debitCents' | 'creditCents'>,
  parties: Parties,
): EntryLine => {
  const { journal, number, day: on, pieceRef, pieceOn, kind } = posting;
  return {
    ...{ journal, journalTitle: JOURNALS[journal], number, on },
    ...accountOf(account, partyOf(account, posting), parties),
    ...{ pieceRef, pieceOn, label: ENTRIES[kind satisfies EntryKind].label },
    ...sums,
  };
};

const accountOf = (account: LedgerAccount, party: string, parties: Parties) => ({
  account: CHART[account].number,
  accountTitle: CHART[account].title,
  auxiliary: party.replaceAll('-', ''),
  auxiliaryTitle: party === '' ? '' : (parties.get(party) ?? party),
});

const partyOf = (
  account: LedgerAccount,
  { agreementId, organisationId }: Pick<Posting, 'agreementId' | 'organisationId'>,
): string => {
  const auxiliary = auxiliaryOf(account);
  if (auxiliary === 'none') return '';
  return auxiliary === 'agreement' ? agreementId : organisationId;
};
