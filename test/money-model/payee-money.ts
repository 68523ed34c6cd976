import { type AgreementMoney, sum } from './agreement-money';

/**
 * What places are owed and paid, followed redemption by redemption: each one, and each cancellation of
 * one, is a part, and a part is in owed, in a run or paid. Told from the rules of the scheme alone.
 */

export type Part = {
  agreement: AgreementMoney;
  organisationId: string;
  placeId: string;
  cents: number;
  at: 'owed' | 'run' | 'paid';
  claim?: Claim;
  /** Day of the redemption; of a cancellation the day of what it cancels. */
  on: string;
  isCancelled: boolean;
};

export type Attempt = {
  endToEndId: string;
  status: 'ordered' | 'settled' | 'rejected' | 'returned';
  iban: string;
};

export type Claim = {
  id: string;
  organisationId: string;
  parts: Part[];
  attempts: Attempt[];
  granted: boolean;
  released: boolean;
};

export type Payee = {
  organisationId: string;
  placeIds: readonly string[];
  account: { number: number; state: 'payable' | 'quarantined' | 'none' };
  barred: Set<string>;
  fraudHold: boolean;
  left: boolean;
  writeOffs: { id: string; cents: number; decided: boolean }[];
  toTopUpCents: number;
};

/** A payment of a version, or what is held of it and why. */
export type Line = Readonly<{
  organisationId: string;
  /** A re-presentment's; an ordinary line makes its own. */
  claim?: Claim;
  parts: readonly Part[];
  iban: string;
}>;
export type Held = Readonly<{ organisationId: string; reason: string; parts: readonly Part[] }>;
export type Prepared = Readonly<{
  lines: readonly Line[];
  held: readonly Held[];
  release: readonly Claim[];
}>;

export type Rules = Readonly<{
  minimumCents: number;
  /** What is as old is paid whatever its sum. */
  waivedOn: string;
  /**
   * The rule does not say whether a redemption that was taken back still counts for the age of what
   * it was part of: where that decides, these organisations' word is taken.
   */
  saidBelowMinimum: ReadonlySet<string>;
}>;

export class PayeeMoney {
  readonly parts: Part[] = [];
  readonly claims: Claim[] = [];
  /** What was in owed at the latest opening. */
  #cut: ReadonlySet<Part> = new Set();
  #claimsAtCut: ReadonlySet<Claim> = new Set();
  /** Frozen again although a late debit had paid it: owed lacks it until the version is released. */
  readonly #twice = new Set<Claim>();
  #frozen: readonly Line[] = [];

  constructor(readonly payees: readonly Payee[]) {}

  pairs(): ReadonlyMap<string, { owed: number; run: number; paid: number }> {
    const pairs = new Map<string, { owed: number; run: number; paid: number }>();
    const of = (part: Part) => {
      const key = pairOf(part);
      const pair = pairs.get(key) ?? { owed: 0, run: 0, paid: 0 };
      pairs.set(key, pair);
      return pair;
    };
    for (const part of this.parts) of(part)[part.at] += part.cents;
    for (const part of [...this.#twice].flatMap(({ parts }) => parts)) {
      of(part).owed -= part.cents;
      of(part).run += part.cents;
    }
    return pairs;
  }

  /** What of an agreement's cash a payment that the bank has not answered may take. */
  frozenCents(agreement: AgreementMoney): number {
    const ordered = this.claims.filter(({ attempts }) => attempts.at(-1)?.status === 'ordered');
    const prepared = this.#frozen.filter(({ claim }) => !claim || !ordered.includes(claim));
    const lines = [...prepared, ...ordered].map(({ parts }) => parts);
    const shares = lines.map((parts) => sum(parts.filter((part) => part.agreement === agreement)));
    return shares.reduce((total, share) => total + Math.max(share, 0), 0);
  }

  paidCents(agreement: AgreementMoney): number {
    return sum(this.parts.filter((part) => part.at === 'paid' && part.agreement === agreement));
  }

  payee(organisationId: string): Payee {
    const payee = this.payees.find((each) => each.organisationId === organisationId);
    if (!payee) throw new Error(`no payee ${organisationId}`);
    return payee;
  }

  add(part: Omit<Part, 'at' | 'isCancelled'>): Part {
    const added: Part = { ...part, at: 'owed', isCancelled: false };
    this.parts.push(added);
    return added;
  }

  /** The part that takes another back is of the day on which that one was made. */
  cancel(part: Part): void {
    part.isCancelled = true;
    const { agreement, organisationId, placeId, cents, on } = part;
    this.add({ agreement, organisationId, placeId, cents: -cents, on }).isCancelled = true;
  }

  // --- runs ---------------------------------------------------------------------------------------

  open(): void {
    this.#cut = new Set(this.parts.filter(({ at }) => at === 'owed'));
    this.#claimsAtCut = new Set(
      [...this.#cut].flatMap(({ claim }) => (claim && !claim.released ? [claim] : [])),
    );
  }

  owedAtOpening(): ReadonlyMap<string, number> {
    return groupSums([...this.#cut]);
  }

  /** Who is paid what, and what waits, by the order of organisations' ids. */
  draft(rules: Rules, cash: Map<AgreementMoney, number>): Prepared {
    const lines: Line[] = [];
    const held: Held[] = [];
    const release: Claim[] = [];
    const ids = [...new Set([...this.#cut].map(({ organisationId }) => organisationId))].sort();
    for (const organisationId of ids) {
      const free = [...this.#cut].filter(
        (part) => part.organisationId === organisationId && (!part.claim || part.claim.released),
      );
      const owes = sum(free) < 0;
      const iban = ibanOf(this.payee(organisationId));
      const claims = [...this.#claimsAtCut]
        .filter((claim) => claim.organisationId === organisationId && !claim.released)
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      for (const claim of claims) {
        if (claim.attempts.at(-1)?.status === 'settled') continue;
        const { parts } = claim;
        const reason =
          !claim.granted || owes
            ? 'claim_open'
            : (this.#obstacle(organisationId) ??
              (shortOf(parts, cash).size > 0 ? 'agreement_short' : undefined));
        if (claim.granted && owes) release.push(claim);
        if (reason !== undefined) held.push({ organisationId, reason, parts });
        else lines.push(drawn({ organisationId, claim, parts, iban }, cash));
      }
      const ordinary = this.#ordinary({ organisationId, free, rules, cash });
      lines.push(...ordinary.lines);
      held.push(...ordinary.held);
    }
    return { lines, held, release };
  }

  freeze(lines: readonly Line[]): void {
    this.#frozen = lines;
    for (const { claim, parts } of lines) {
      // The preparation had seen the claim open; a debit came before its line was frozen.
      if (claim && parts.some(({ at }) => at === 'paid')) this.#twice.add(claim);
      else for (const part of parts) part.at = 'run';
    }
  }

  get frozen(): readonly Line[] {
    return this.#frozen;
  }

  /** The version is over without a file. */
  thaw(): void {
    for (const { claim, parts } of this.#frozen) {
      if (claim && this.#twice.delete(claim)) continue;
      for (const part of parts) part.at = 'owed';
    }
    this.#frozen = [];
  }

  /** Answers whether the claim may still be sent again. */
  mayOrder({ claim, iban }: Line): boolean {
    return !claim || (claim.granted && !this.payee(claim.organisationId).barred.has(iban));
  }

  order(line: Line, of: Readonly<{ claimId: string; endToEndId: string }>): void {
    const { organisationId, parts, iban } = line;
    const made = { id: of.claimId, organisationId, parts: [...parts], attempts: [] };
    const claim: Claim = line.claim ?? { ...made, granted: false, released: false };
    if (!line.claim) this.claims.push(claim);
    for (const part of parts) part.claim = claim;
    claim.granted = false;
    claim.attempts.push({ endToEndId: of.endToEndId, status: 'ordered', iban });
  }

  /** It was in no file after all. */
  withdraw(claim: Claim): void {
    claim.attempts.pop();
    claim.granted = true;
  }

  /** The file is out: what was frozen is the bank's now. */
  issue(): void {
    this.#frozen = [];
  }

  // --- the bank -----------------------------------------------------------------------------------

  /** A booked debit. Answers whether anything is paid by it. */
  debit(claim: Claim, attempt: Attempt): boolean {
    const isLast = attempt === claim.attempts.at(-1);
    if (!isLast || claim.released) return false;
    if (attempt.status === 'settled' || attempt.status === 'returned') return false;
    if (attempt.status === 'rejected' && claim.parts.some(({ at }) => at === 'run')) {
      this.#twice.add(claim);
    }
    attempt.status = 'settled';
    claim.granted = false;
    for (const part of claim.parts) part.at = 'paid';
    return true;
  }

  reject(claim: Claim, attempt: Attempt, bars: boolean): boolean {
    if (attempt.status !== 'ordered') return false;
    this.#fail(claim, attempt, { status: 'rejected', bars });
    return true;
  }

  giveBack(claim: Claim, attempt: Attempt, bars: boolean): boolean {
    if (attempt.status !== 'settled') return false;
    this.#fail(claim, attempt, { status: 'returned', bars });
    return true;
  }

  represent(claim: Claim): boolean {
    const failed = ['rejected', 'returned'].includes(claim.attempts.at(-1)?.status ?? '');
    if (claim.granted || claim.released || !failed) return false;
    claim.granted = true;
    return true;
  }

  releaseClaim(claim: Claim): void {
    claim.released = true;
  }

  // --- debts --------------------------------------------------------------------------------------

  /** Positive, by agreement and place in the order of their ids. */
  debtsOf({ organisationId, placeIds }: Payee): { key: string; cents: number; part: Part }[] {
    const owed = [...this.pairs()].filter(([, pair]) => pair.owed < 0).sort(byKey);
    return owed.flatMap(([key, pair]) => {
      const part = this.parts.find((each) => pairOf(each) === key);
      const isTheirs = part && placeIds.includes(part.placeId);
      return isTheirs && part.organisationId === organisationId
        ? [{ key, cents: -pair.owed, part }]
        : [];
    });
  }

  /** What was repaid is no longer paid, and no longer owed back. */
  repay(payee: Payee, cents: number, on: string): boolean {
    const debts = this.debtsOf(payee);
    if (cents > sum(debts)) return false;
    let left = cents;
    for (const { cents: debt, part } of debts) {
      const { agreement, organisationId, placeId } = part;
      const repaid = Math.min(debt, left);
      if (repaid === 0) continue;
      left -= repaid;
      const same = { agreement, organisationId, placeId, on };
      this.add({ ...same, cents: repaid }).isCancelled = true;
      this.add({ ...same, cents: -repaid }).at = 'paid';
    }
    return true;
  }

  #fail(
    claim: Claim,
    attempt: Attempt,
    { status, bars }: { status: 'rejected' | 'returned'; bars: boolean },
  ): void {
    attempt.status = status;
    for (const part of claim.parts) part.at = 'owed';
    if (bars) this.payee(claim.organisationId).barred.add(attempt.iban);
  }

  /** Everything that belongs to no claim, less what its own agreement cannot cover. */
  #ordinary(of: {
    organisationId: string;
    free: readonly Part[];
    rules: Rules;
    cash: Map<AgreementMoney, number>;
  }): Omit<Prepared, 'release'> {
    const { organisationId, rules, cash } = of;
    const nets = groupSums(of.free);
    const free = of.free.filter((part) => nets.get(pairOf(part)) !== 0);
    if (free.length === 0) return { lines: [], held: [] };
    const held = (reason: string, parts: readonly Part[]): Held => ({
      organisationId,
      reason,
      parts,
    });
    const first = this.#reasonToHold(organisationId, free, rules);
    if (first !== undefined) return { lines: [], held: [held(first, free)] };
    const short = shortOf(free, cash);
    const waiting = free.filter(({ agreement }) => short.has(agreement));
    const covered = free.filter(({ agreement }) => !short.has(agreement));
    const ofShort = waiting.length > 0 ? [held('agreement_short', waiting)] : [];
    if (covered.length === 0) return { lines: [], held: ofShort };
    const second = this.#reasonToHold(organisationId, covered, rules);
    if (second !== undefined) return { lines: [], held: [held(second, covered), ...ofShort] };
    const iban = ibanOf(this.payee(organisationId));
    return { lines: [drawn({ organisationId, parts: covered, iban }, cash)], held: ofShort };
  }

  #reasonToHold(organisationId: string, parts: readonly Part[], rules: Rules): string | undefined {
    const cents = sum(parts);
    if (cents <= 0) return 'not_positive';
    const obstacle = this.#obstacle(organisationId);
    if (obstacle !== undefined) return obstacle;
    if (cents >= rules.minimumCents || this.payee(organisationId).left) return undefined;
    const old = parts.filter((part) => part.cents > 0 && part.on <= rules.waivedOn);
    if (old.length === 0) return 'below_minimum';
    if (old.some(({ isCancelled }) => !isCancelled)) return undefined;
    return rules.saidBelowMinimum.has(organisationId) ? 'below_minimum' : undefined;
  }

  #obstacle(organisationId: string): string | undefined {
    const payee = this.payee(organisationId);
    if (payee.account.state === 'none') return 'no_verified_account';
    if (payee.account.state === 'quarantined') return 'quarantine';
    if (payee.barred.has(ibanOf(payee))) return 'no_verified_account';
    return payee.fraudHold ? 'fraud_hold' : undefined;
  }
}

export const ibanOf = ({ organisationId, account }: Payee): string =>
  `IBAN ${organisationId} ${account.number}`;

export const pairOf = ({ agreement, placeId }: Pick<Part, 'agreement' | 'placeId'>): string =>
  `${agreement.id} ${placeId}`;

export const groupSums = (parts: readonly Part[]): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const part of parts) sums.set(pairOf(part), (sums.get(pairOf(part)) ?? 0) + part.cents);
  return sums;
};

const sharesOf = (parts: readonly Part[]): Map<AgreementMoney, number> => {
  const shares = new Map<AgreementMoney, number>();
  for (const { agreement, cents } of parts)
    shares.set(agreement, (shares.get(agreement) ?? 0) + cents);
  return shares;
};

/** Agreements whose positive part is more than their own cash. */
const shortOf = (
  parts: readonly Part[],
  cash: ReadonlyMap<AgreementMoney, number>,
): ReadonlySet<AgreementMoney> =>
  new Set(
    [...sharesOf(parts)]
      .filter(([agreement, cents]) => cents > 0 && cents > (cash.get(agreement) ?? 0))
      .map(([agreement]) => agreement),
  );

/** Takes what the line needs: a negative part brings its agreement nothing yet. */
const drawn = (line: Line, cash: Map<AgreementMoney, number>): Line => {
  for (const [agreement, cents] of sharesOf(line.parts)) {
    if (cents > 0) cash.set(agreement, (cash.get(agreement) ?? 0) - cents);
  }
  return line;
};

const byKey = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;
