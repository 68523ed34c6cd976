import type { Component, RunLine } from '@app/reimbursement/contract';

/**
 * Used by the ledger's spec only: the paying of places, told by single redemptions and
 * cancellations. Each is an item that is part of at most one live claim; pairs are summed by the
 * README's table of reimbursement.
 */

export type Bucket = 'owed' | 'inRun' | 'paid';
export type PairSums = Record<Bucket, number>;

/** A redemption, the cancellation of one, or a repayment of debt. */
type Item = Readonly<{
  agreementId: string;
  placeId: string;
  department: string;
  public: string;
  cents: number;
  on: string;
}> & {
  /** '' of none. */
  claimId: string;
  paid: boolean;
  /** Number of the latest opening at which it was owed. */
  opening: number;
};

type Claim = {
  readonly claimId: string;
  readonly organisationId: string;
  readonly components: readonly Component[];
  readonly items: readonly Item[];
  attempt: number;
  status: 'frozen' | 'ordered' | 'settled' | 'rejected' | 'returned' | 'released';
  granted: boolean;
  /** The version that has the next attempt is not issued. */
  frozenAgain: boolean;
};

type Line = Pick<RunLine, 'organisationId' | 'claimId' | 'attempt' | 'amountCents' | 'components'>;
type Run = {
  readonly runId: string;
  readonly number: number;
  version: number;
  status: 'opened' | 'prepared' | 'released' | 'issued';
  slices: readonly (readonly Line[])[];
};

type World = Readonly<{
  write: (type: string, data: Record<string, unknown>) => void;
  organisationOf: (placeId: string) => string;
}>;

export class Payments {
  readonly #pairs = new Map<string, PairSums>();
  readonly #items: Item[] = [];
  readonly #claims = new Map<string, Claim>();
  #runs: Run[] = [];
  readonly #repaid: Item[] = [];
  /** Until a debt of several publics is repaid, or a part of a voucher. */
  isPaidByKnown = true;

  constructor(private readonly world: World) {}

  redeem(item: Omit<Item, 'claimId' | 'paid' | 'opening'>): void {
    this.#items.push({ ...item, claimId: '', paid: false, opening: 0 });
    this.#pair(item).owed += item.cents;
  }

  pairsOf(key: 'agreementId' | 'placeId', id: string): PairSums[] {
    const at = key === 'agreementId' ? 0 : 1;
    return [...this.#pairs].flatMap(([pair, sums]) => (pair.split('|')[at] === id ? [sums] : []));
  }

  /** In lines without an answer: of each line what it draws of the agreement. */
  frozenCents(agreementId: string): number {
    const claims = [...this.#claims.values()];
    const drawn = claims.map(({ status, frozenAgain, components }) => {
      const own = components.filter((each) => each.agreementId === agreementId);
      const isWaiting = status === 'frozen' || status === 'ordered' || frozenAgain;
      return isWaiting ? Math.max(0, sumOf(own)) : 0;
    });
    return drawn.reduce((sum, cents) => sum + cents, 0);
  }

  /** Paid cents by département and by public. */
  paidBy(group: 'department' | 'public'): Record<string, number> {
    const paid = [...this.#items.filter((item) => item.paid), ...this.#repaid];
    return Object.fromEntries(
      [...Map.groupBy(paid, (item) => item[group])].map(([name, items]) => [name, sumOf(items)]),
    );
  }

  /** Day of the oldest redemption of the pair that was owed at the opening and nobody's. */
  oldestOn(pair: Omit<Component, 'cents'>): string | undefined {
    const number = this.#runs.length;
    return this.#items
      .filter((item) => isOf(item, pair) && item.opening === number && item.claimId === '')
      .map(({ on }) => on)
      .sort()[0];
  }

  /** Of a pair at the opening: what claims have in owed. */
  claimedCents(pair: Omit<Component, 'cents'>): number {
    return sumOf(
      this.#items.filter((item) => isOf(item, pair) && this.#isOwed(item) && item.claimId !== ''),
    );
  }

  /** Whether nothing but redemptions was ever booked at the pair. */
  isPlain(pair: Omit<Component, 'cents'>): boolean {
    return this.#items.every((item) => !isOf(item, pair) || item.cents > 0);
  }

  get preparation(): { runId: string; version: number } {
    const { runId, version } = this.#run ?? { runId: '', version: 0 };
    return { runId, version };
  }

  open(): void {
    if (this.#run && this.#run.status !== 'issued') return;
    const number = this.#runs.length + 1;
    const runId = `run-${number}`;
    this.#runs.push({ runId, number, version: 0, status: 'opened', slices: [] });
    // Also what claims have in owed: released later, it was owed at this opening.
    for (const item of this.#items) if (this.#isOwed(item)) item.opening = number;
    this.world.write('RunOpened', { runId, number });
  }

  /** From the opening to the frozen lines, as far as it has to be done. */
  prepare(how: number): void {
    this.open();
    this.startPreparation();
    this.freeze(how);
  }

  startPreparation(): void {
    const run = this.#run;
    if (!run || run.status === 'prepared' || run.status === 'issued') return;
    run.version += 1;
    const { runId, number, version } = run;
    this.world.write('PreparationStarted', { runId, number, version });
  }

  /** Any part of the organisations, and of each any part of its agreements. */
  freeze(how: number): void {
    const run = this.#run;
    if (!run || run.version === 0 || run.status === 'prepared' || run.status === 'issued') return;
    const organisations = new Set(
      this.#items.map(({ placeId }) => this.world.organisationOf(placeId)),
    );
    const slices = [...organisations].sort().map((organisationId, i) => {
      if ((how >> i) % 4 === 3) return [];
      return [
        ...this.#representments(run, organisationId),
        ...this.#ordinaryLine(run, organisationId, how >> (i + 2)),
      ];
    });
    run.slices = how % 2 === 0 ? slices : [slices.flat()];
    run.status = 'prepared';
    for (const [slice, lines] of run.slices.entries()) {
      for (const { components } of lines) this.#move('owed', 'inRun', components);
      this.world.write('LinesFrozen', { ...ofVersion(run), slice, lines });
    }
  }

  /** A person says no, or a claim was answered meanwhile. */
  sendBack(): void {
    const run = this.#run;
    if (run?.status !== 'prepared') return;
    run.status = 'released';
    for (const [slice, lines] of run.slices.entries()) {
      for (const { claimId, attempt, components } of lines) {
        this.#move('inRun', 'owed', components);
        const claim = this.#claim(claimId);
        claim.frozenAgain = false;
        if (attempt > 1) continue;
        for (const item of claim.items) item.claimId = '';
        this.#claims.delete(claimId);
      }
      this.world.write('LinesReleased', { ...ofVersion(run), slice, lines });
    }
  }

  /** Its events are none of the ledger's: nothing moves. */
  issue(): void {
    const run = this.#run;
    if (run?.status !== 'prepared') return;
    const lines = run.slices.flat();
    const isChanged = lines.some(({ claimId, attempt }) => {
      return attempt > 1 && !this.#claim(claimId).granted;
    });
    if (isChanged) return this.sendBack();
    run.status = 'issued';
    for (const { claimId, attempt } of lines) {
      Object.assign(this.#claim(claimId), {
        ...{ status: 'ordered', attempt, granted: false, frozenAgain: false },
      });
    }
  }

  /** The bank answers one claim: at once, late, or after all. */
  answer(which: number, how: number): void {
    const answerable = [...this.#claims.values()].filter(({ status }) =>
      ['ordered', 'settled', 'rejected'].includes(status),
    );
    const claim = answerable[which % Math.max(answerable.length, 1)];
    if (!claim) return;
    const { organisationId, claimId, attempt, components } = claim;
    const data = { organisationId, claimId, attempt, components, bookedOn: '2026-04-01' };
    if (claim.status === 'settled') {
      this.#fail(claim, 'returned');
      this.#move('paid', 'owed', components);
      this.world.write('PaymentReturned', data);
    } else if (claim.status === 'ordered' && how % 3 === 0) {
      this.#fail(claim, 'rejected');
      this.#move('inRun', 'owed', components);
      this.world.write('PaymentRejected', data);
    } else {
      const from = claim.status === 'ordered' ? 'inRun' : 'owed';
      Object.assign(claim, { status: 'settled', granted: false });
      for (const item of claim.items) item.paid = true;
      this.#move(from, 'paid', components);
      this.world.write('PaymentSettled', { ...data, from });
    }
  }

  grant(which: number): void {
    const failed = this.#failed();
    const claim = failed[which % Math.max(failed.length, 1)];
    if (claim) claim.granted = true;
  }

  release(which: number): void {
    const failed = this.#failed();
    const claim = failed[which % Math.max(failed.length, 1)];
    if (!claim) return;
    claim.status = 'released';
    for (const item of claim.items) item.claimId = '';
    const { organisationId, claimId, components } = claim;
    this.world.write('ClaimReleased', { organisationId, claimId, components });
  }

  /** As much as a place owes, or a part of it that is no whole voucher. */
  repay(which: number, how: number): void {
    const debts = [...Map.groupBy(this.#items, pairOf).values()].flatMap((own) => {
      const free = own.filter((item) => this.#isOwed(item) && item.claimId === '');
      return sumOf(free) < 0 ? [free] : [];
    });
    const free = debts[which % Math.max(debts.length, 1)];
    const [first] = free ?? [];
    if (!free || !first) return;
    const debtCents = -sumOf(free);
    const cents = Math.min(debtCents, how % 3 === 0 ? debtCents : how + 1);
    const parts = [...Map.groupBy(free, (item) => `${item.department} ${item.public}`).values()];
    const [owing, ...others] = parts.filter((part) => sumOf(part) < 0);
    const of = owing?.[0] ?? first;
    if (others.length > 0 || cents % 1_000 > 0) this.isPaidByKnown = false;
    const { agreementId, placeId } = of;
    const component = { agreementId, placeId, cents };
    const repaid = { ...of, ...component, on: '2026-04-02' };
    this.redeem(repaid);
    this.#repaid.push({ ...repaid, cents: -cents });
    this.#pair(component).paid -= cents;
    const organisationId = this.world.organisationOf(placeId);
    const components = [component];
    this.world.write('DebtRepaid', { organisationId, components, bookedOn: '2026-04-02' });
  }

  get #run(): Run | undefined {
    return this.#runs.at(-1);
  }

  #ordinaryLine(run: Run, organisationId: string, held: number): readonly Line[] {
    const free = this.#items.filter((item) => {
      const isOwn = this.world.organisationOf(item.placeId) === organisationId;
      return isOwn && item.opening === run.number && this.#isOwed(item) && item.claimId === '';
    });
    const taken = [...Map.groupBy(free, pairOf)].filter(([pair, items]) => {
      const isHeld = held % 3 === 0 && pair.startsWith('agreement-1');
      return !isHeld && sumOf(items) !== 0;
    });
    if (taken.length === 0) return [];
    // Two versions of a run make the same claim of an organisation.
    const claimId = `claim-${run.number}-${organisationId}`;
    const components = taken.map(([pair, items]) => {
      const [agreementId = '', placeId = ''] = pair.split('|');
      return { agreementId, placeId, cents: sumOf(items) };
    });
    const items = taken.flatMap(([, own]) => own);
    for (const item of items) item.claimId = claimId;
    this.#claims.set(claimId, {
      ...{ claimId, organisationId, components, items, attempt: 1, status: 'frozen' },
      ...{ granted: false, frozenAgain: false },
    });
    return [{ organisationId, claimId, attempt: 1, amountCents: sumOf(components), components }];
  }

  #representments(run: Run, organisationId: string): readonly Line[] {
    const granted = this.#failed().filter((claim) => {
      const wasOwed = claim.items.every(({ opening }) => opening === run.number);
      return claim.granted && claim.organisationId === organisationId && wasOwed;
    });
    return granted.map((claim) => {
      claim.frozenAgain = true;
      const { claimId, components } = claim;
      const attempt = claim.attempt + 1;
      return { organisationId, claimId, attempt, amountCents: sumOf(components), components };
    });
  }

  #failed(): Claim[] {
    return [...this.#claims.values()].filter(({ status, frozenAgain }) => {
      return (status === 'rejected' || status === 'returned') && !frozenAgain;
    });
  }

  #fail(claim: Claim, status: 'rejected' | 'returned'): void {
    claim.status = status;
    for (const item of claim.items) Object.assign(item, { paid: false, opening: 0 });
  }

  #isOwed({ claimId, paid }: Item): boolean {
    const status = this.#claims.get(claimId)?.status;
    return !paid && status !== 'frozen' && status !== 'ordered';
  }

  #move(from: Bucket, to: Bucket, components: readonly Component[]): void {
    for (const component of components) {
      const pair = this.#pair(component);
      pair[from] -= component.cents;
      pair[to] += component.cents;
    }
  }

  #pair(of: Omit<Component, 'cents'>): PairSums {
    const known = this.#pairs.get(pairOf(of)) ?? { owed: 0, inRun: 0, paid: 0 };
    this.#pairs.set(pairOf(of), known);
    return known;
  }

  #claim(claimId: string): Claim {
    const claim = this.#claims.get(claimId);
    if (!claim) throw new Error(`no ${claimId}`);
    return claim;
  }
}

const ofVersion = ({ runId, version }: Run) => ({ runId, version });

const pairOf = ({ agreementId, placeId }: Omit<Component, 'cents'>): string =>
  `${agreementId}|${placeId}`;

const isOf = (item: Item, pair: Omit<Component, 'cents'>): boolean => pairOf(item) === pairOf(pair);

const sumOf = (items: readonly { cents: number }[]): number =>
  items.reduce((sum, { cents }) => sum + cents, 0);
