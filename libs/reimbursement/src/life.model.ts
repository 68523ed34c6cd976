import { type Command, type Decider, DomainError, type Event } from '@app/kernel';
import { linesSha256 } from './adapters/lines-sha256';
import type {
  Component,
  PayeeFact,
  PaymentFact,
  RunFact,
  RunLine,
  RunRegisterFact,
} from './contract';
import { payee } from './domain/payee/payee';
import { payment } from './domain/payment/payment';
import { lastAttempt } from './domain/payment/payment.state';
import { draftLines, type ClaimInOwed, type OwedAmount } from './domain/run/lines';
import { run } from './domain/run/run';
import { file, frozenPayee, payeeNow, uuid, written } from './domain/run/run.examples';
import { linesOf } from './domain/run/run.state';
import { runRegister } from './domain/run/run-register';
import { sliceDraft } from './domain/run/slices';

/**
 * A small scheme on the deciders, driven by random histories: places redeem and cancel, accounts
 * change, people prepare, approve and reject in any role, workers die half-way, the bank settles,
 * rejects and returns, twice, late and in disorder. The money is posted apart from the deciders, by
 * the table of the README, and each redemption is followed by its own number.
 */

type Fact = RunRegisterFact | RunFact | PaymentFact | PayeeFact;
type Bucket = 'owed' | 'inRun' | 'paid';
type Pair = { organisation: number; owed: number; inRun: number; paid: number };
/** A redemption, or the cancellation of one: part of at most one live claim. */
type Part = { pair: string; cents: number; claimId?: string; redeemedNumber: number };

const AGREEMENTS = ['agreement a', 'agreement b'];
export const ORGANISATIONS = [1, 2, 3];
export const PEOPLE = ['anna', 'bruno', 'chloe', 'david'];
const rules = { minimumCents: 1_500, minimumWaivedAfterDays: 14, secondApprovalAboveCents: 6_000 };
const AT = '2027-03-01T06:00:00.000Z';

const pairOf = ({ agreementId, placeId }: Omit<Component, 'cents'>): string =>
  `${agreementId}|${placeId}`;

export class Scheme {
  readonly #states = new Map<string, unknown>();
  readonly streams = new Map<string, Fact[]>();
  readonly log: { stream: string; fact: Fact }[] = [];
  readonly pairs = new Map<string, Pair>();
  readonly parts: Part[] = [];
  readonly approvals: { preparers: string[]; approvers: string[]; changers: string[] }[] = [];
  readonly changers = new Map<number, string[]>();
  readonly accounts = new Map<number, number>();
  /** What the bank has done, by end-to-end id: booked debits less booked returns. */
  readonly bankCents = new Map<string, number>();
  readonly issuedIds: string[] = [];
  readonly sent: { endToEndId: string; cents: number }[] = [];
  cashCents = 30_000;
  /** Amounts and claims as of the opening. */
  cutOff: { parts: number; owed: OwedAmount[]; claims: string[] } = {
    parts: 0,
    owed: [],
    claims: [],
  };
  sequence = 0;

  facts<F extends Fact>(stream: string): F[] {
    return (this.streams.get(stream) ?? []) as F[];
  }

  /** What a handler does: fold, decide, append. Undefined for a refusal, which changes nothing. */
  handle<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    command: C,
  ): readonly E[] | undefined {
    const stream = `${decider.name}-${id}`;
    const state = this.state(decider, id);
    let facts: readonly E[];
    try {
      facts = decider.decide(command, state);
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
    this.#states.set(stream, facts.reduce<S>(decider.evolve, state));
    for (const fact of facts) {
      this.streams.set(stream, [...this.facts(stream), fact as unknown as Fact]);
      this.log.push({ stream, fact: fact as unknown as Fact });
      this.post(fact as unknown as Fact);
    }
    return facts;
  }

  state<C extends Command, S, E extends Event>(decider: Decider<C, S, E>, id: string): S {
    const known = this.#states.get(`${decider.name}-${id}`);
    return known === undefined ? decider.initialState : (known as S);
  }

  // --- the ledger, by the README's table ----------------------------------------------------------

  post(fact: Fact): void {
    switch (fact.type) {
      case 'LinesFrozen':
        for (const { components } of fact.data.lines) this.move('owed', 'inRun', components);
        break;
      case 'LinesReleased':
        for (const { components } of fact.data.lines) this.move('inRun', 'owed', components);
        break;
      case 'PaymentSettled':
        this.move(fact.data.from, 'paid', fact.data.components);
        break;
      case 'PaymentRejected':
        this.move('inRun', 'owed', fact.data.components);
        break;
      case 'PaymentReturned':
      case 'DebtRepaid':
        this.move('paid', 'owed', fact.data.components);
        break;
      default:
    }
  }

  move(from: Bucket, to: Bucket, components: readonly Component[]): void {
    for (const component of components) {
      const pair = this.pairs.get(pairOf(component));
      if (!pair) throw new Error('a movement of a pair that has none');
      pair[from] -= component.cents;
      pair[to] += component.cents;
    }
  }

  // --- what happens -------------------------------------------------------------------------------

  redeem(organisation: number, agreement: number, cents: number): void {
    const key = pairOf({
      agreementId: AGREEMENTS[agreement] ?? '',
      placeId: `place ${organisation}`,
    });
    const pair = this.pairs.get(key) ?? { organisation, owed: 0, inRun: 0, paid: 0 };
    this.pairs.set(key, { ...pair, owed: pair.owed + cents });
    this.parts.push({ pair: key, cents, redeemedNumber: this.parts.length });
  }

  cancel(index: number): void {
    const part = this.parts[index % Math.max(1, this.parts.length)];
    const pair = part && this.pairs.get(part.pair);
    if (!part || !pair || part.cents < 0 || part.redeemedNumber < 0 || this.isCancelled(part))
      return;
    pair.owed -= part.cents;
    this.parts.push({ pair: part.pair, cents: -part.cents, redeemedNumber: part.redeemedNumber });
  }

  isCancelled({ redeemedNumber }: Part): boolean {
    return this.parts.some((each) => each.cents < 0 && each.redeemedNumber === redeemedNumber);
  }

  changeAccount(organisation: number, by: string): void {
    this.accounts.set(organisation, (this.accounts.get(organisation) ?? 0) + 1);
    this.changers.set(organisation, [...(this.changers.get(organisation) ?? []), by]);
  }

  accountOf(organisation: number) {
    const number = this.accounts.get(organisation) ?? 0;
    return frozenPayee({
      bankAccountId: `account ${number}`,
      iban: `IBAN ${organisation} ${number}`,
    });
  }

  open(by: string): void {
    const runId = uuid(100_000 + this.facts('run-register-runs').length);
    const opened = this.handle(runRegister, 'runs', {
      type: 'OpenRun',
      data: { runId, openedBy: by, openedAt: AT },
    });
    if (!opened?.length) return;
    this.cutOff = {
      parts: this.parts.length,
      owed: [...this.pairs].map(([key, { organisation, owed }]) => {
        const [agreementId = '', placeId = ''] = key.split('|');
        return {
          organisationId: uuid(organisation),
          agreementId,
          placeId,
          cents: owed,
          oldestOn: '2027-02-24',
        };
      }),
      claims: this.openClaims().map(({ claimId }) => claimId),
    };
  }

  get runId(): string | undefined {
    return this.state(runRegister, 'runs').openRunId;
  }

  claimIds(): string[] {
    return [...this.streams.keys()]
      .filter((name) => name.startsWith('payment-'))
      .map((name) => name.slice('payment-'.length));
  }

  claim(claimId: string) {
    const state = this.state(payment, claimId);
    return state.status === 'none' ? undefined : state;
  }

  openClaims() {
    return this.claimIds().flatMap((claimId) => {
      const claim = this.claim(claimId);
      if (!claim || claim.released) return [];
      const { status } = lastAttempt(claim);
      return status === 'rejected' || status === 'returned' ? [claim] : [];
    });
  }

  prepare(by: string, diesAfter: number): void {
    const { runId } = this;
    if (runId === undefined) return;
    const { number } = this.state(runRegister, 'runs');
    this.handle(run, runId, {
      type: 'StartPreparation',
      data: { runId, number, openingEventId: 'opening', preparedBy: by, startedAt: AT, rules },
    });
    const started = this.state(run, runId);
    if (started.status !== 'preparing') return;
    const { version } = started;
    // The views are those of the preparation's place: a killed job must find them again.
    const known = this.drafts.get(`${runId} ${version}`) ?? this.draft(runId);
    this.drafts.set(`${runId} ${version}`, known);
    const slices = sliceDraft(known);
    for (const [slice, content] of slices.entries()) {
      if (slice >= diesAfter) return;
      this.handle(run, runId, { type: 'FreezeSlice', data: { version, slice, ...content } });
    }
    if (slices.length >= diesAfter) return;
    const payableCents = known.lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
    const sha = linesSha256({ runId, version }, known.lines);
    const data = {
      version,
      slices: slices.length,
      lines: known.lines.length,
      payableCents,
      linesSha256: sha,
      preparedAt: AT,
    };
    const finished = this.handle(run, runId, { type: 'FinishPreparation', data });
    if (finished?.at(-1)?.type === 'RunCompleted') this.clear(runId);
    for (const claimId of known.claimsToRelease) {
      const released = this.handle(payment, claimId, { type: 'ReleaseClaim', data: { runId } });
      if (released?.length) this.free(claimId);
    }
  }

  readonly drafts = new Map<string, ReturnType<typeof draftLines>>();

  draft(runId: string) {
    const claims = this.cutOff.claims.flatMap((claimId): ClaimInOwed[] => {
      const claim = this.claim(claimId);
      if (!claim) return [];
      const { organisationId, amountCents, components, granted, released } = claim;
      const { attempt, status } = lastAttempt(claim);
      const now = released
        ? 'released'
        : status === 'settled'
          ? 'settled'
          : granted
            ? 'granted'
            : 'waiting';
      return [{ claimId, organisationId, amountCents, components, attempt, status: now }];
    });
    const barred = (organisation: number): string[] =>
      this.claimIds().flatMap((claimId) => {
        const claim = this.claim(claimId);
        return claim?.organisationId === uuid(organisation) ? [...claim.barredIbans] : [];
      });
    return draftLines({
      amounts: this.cutOff.owed,
      payees: ORGANISATIONS.map((number) =>
        payeeNow(number, { account: this.accountOf(number), barredIbans: barred(number) }),
      ),
      claims,
      cashCents: Object.fromEntries(AGREEMENTS.map((id) => [id, this.cashCents])),
      ...{ rules, startedAt: AT },
      claimIdOf: (organisationId) =>
        uuid(Number(runId.slice(-6)) * 10 + Number(organisationId.slice(-2))),
    });
  }

  accountsNow() {
    return ORGANISATIONS.map((number) => {
      const { bankAccountId, iban } = this.accountOf(number);
      return { organisationId: uuid(number), bankAccountId, iban };
    });
  }

  approve(by: string): void {
    const { runId } = this;
    const state = runId === undefined ? undefined : this.state(run, runId);
    if (runId === undefined || state?.status !== 'prepared') return;
    const accountChanges = [...this.changers].flatMap(([number, people]) =>
      people.map((changedBy) => ({ organisationId: uuid(number), changedBy, changedAt: AT })),
    );
    const linesHash = state.prepared?.linesSha256 ?? '';
    this.handle(run, runId, {
      type: 'ApproveRun',
      data: {
        ...{ approvedBy: by, isMachine: false, approvedAt: AT, linesSha256: linesHash },
        ...{ accounts: this.accountsNow(), accountChanges },
      },
    });
    this.release();
    const after = this.state(run, runId);
    if (after.status !== 'approved') return;
    const numbers = new Set(linesOf(after).map(({ organisationId }) => organisationId));
    const changers = [...this.changers].flatMap(([n, people]) =>
      numbers.has(uuid(n)) ? people : [],
    );
    this.approvals.push({
      preparers: [...after.preparers],
      approvers: [...after.approvedBy],
      changers,
    });
  }

  reject(by: string): void {
    const { runId } = this;
    if (runId === undefined) return;
    const data = { rejectedBy: by, isMachine: false, rejectedAt: AT, reason: 'doubt' };
    this.handle(run, runId, { type: 'RejectRun', data });
    this.release();
  }

  release(): void {
    const { runId } = this;
    const state = runId === undefined ? undefined : this.state(run, runId);
    if (runId === undefined || state?.status !== 'releasing') return;
    const { version } = state;
    for (const [slice, { lines }] of Object.entries(state.slices)) {
      if (lines.length === 0) continue;
      this.handle(run, runId, { type: 'ReleaseSlice', data: { version, slice: Number(slice) } });
      for (const { claimId } of lines) {
        this.handle(payment, claimId, { type: 'WithdrawAttempt', data: { runId, version } });
      }
    }
  }

  issue(by: string, dies: boolean): void {
    const { runId } = this;
    const state = runId === undefined ? undefined : this.state(run, runId);
    if (runId === undefined || state?.status !== 'approved') return;
    const lines = linesOf(state);
    const changedClaims = lines
      .filter((line) => line.attempt > 1 && this.order(runId, state.version, line) === undefined)
      .map(({ organisationId }) => organisationId);
    if (dies) return;
    const issued = this.handle(run, runId, {
      type: 'IssueFiles',
      data: {
        ...{ version: state.version, files: [file(lines)], executionOn: '2027-03-02', written },
        ...{ issuedBy: by, issuedAt: AT, accounts: this.accountsNow(), changedClaims },
      },
    });
    this.release();
    if (issued?.[0]?.type !== 'PaymentFileIssued') return;
    for (const line of lines) this.order(runId, state.version, line);
    for (const line of lines) this.take(line);
    this.clear(runId);
  }

  order(runId: string, version: number, line: RunLine) {
    const { payee: account, ...rest } = line;
    const { bankAccountId, iban } = account;
    const data = { ...rest, runId, version, bankAccountId, iban };
    return this.handle(payment, line.claimId, { type: 'OrderPayment', data });
  }

  clear(runId: string): void {
    this.handle(runRegister, 'runs', { type: 'ClearRun', data: { runId } });
  }

  /** Each part of the ordinary line is this claim's from here; a part of two is the bug we look for. */
  take({ claimId, attempt, components, endToEndId, amountCents }: RunLine): void {
    this.issuedIds.push(endToEndId);
    this.sent.push({ endToEndId, cents: amountCents });
    for (const component of components) {
      const parts = this.parts.filter(
        ({ pair, claimId: of }, index) =>
          pair === pairOf(component) &&
          (attempt > 1 ? of === claimId : of === undefined && index < this.cutOff.parts),
      );
      if (parts.reduce((sum, { cents }) => sum + cents, 0) !== component.cents) {
        throw new Error(`${endToEndId} is not what no other live claim has taken`);
      }
      for (const part of parts) part.claimId = claimId;
    }
  }

  free(claimId: string): void {
    for (const part of this.parts) if (part.claimId === claimId) delete part.claimId;
  }

  /** One answer of the bank; `copy` sends an earlier one again. */
  answer(which: number, kind: number): void {
    const sent = this.sent.at(-1 - (which % Math.max(1, this.sent.length)));
    const claimId =
      sent && this.claimIds().find((id) => sent.endToEndId.startsWith(id.replaceAll('-', '')));
    if (!sent || claimId === undefined) return;
    const { endToEndId, cents: amountCents } = sent;
    const booked = this.bankCents.get(endToEndId) ?? 0;
    this.sequence += 1;
    const fresh = `answer ${this.sequence}`;
    const evidence = (source: string) => ({ source, statementReference: source });
    if (kind === 0) {
      // The bank debits an attempt once; a second report of it is a copy.
      const source = `debit ${endToEndId}`;
      const data = { endToEndId, amountCents, bookedOn: '2027-03-02', ...evidence(source) };
      const facts = this.handle(payment, claimId, { type: 'SettlePayment', data });
      if (facts?.some(({ type }) => type === 'PaymentSettled')) {
        this.bankCents.set(endToEndId, booked + amountCents);
      }
    } else if (kind === 1) {
      const data = {
        endToEndId,
        reasonCode: this.sequence % 3 ? 'AM09' : 'AC04',
        ...evidence(fresh),
      };
      this.handle(payment, claimId, { type: 'RejectPayment', data });
    } else {
      const source = `return ${endToEndId}`;
      const data = {
        endToEndId,
        amountCents,
        reasonCode: 'MD07',
        bookedOn: '2027-03-03',
        ...evidence(source),
      };
      const facts = this.handle(payment, claimId, { type: 'ReturnPayment', data });
      if (facts?.length) this.bankCents.set(endToEndId, booked - amountCents);
    }
  }

  represent(which: number): void {
    const claims = this.openClaims();
    const claim = claims[which % Math.max(1, claims.length)];
    if (!claim) return;
    const evidence = { endToEndId: lastAttempt(claim).endToEndId, reference: 'letter' };
    const data = { evidence, grantedBy: 'anna', isMachine: false, grantedAt: AT };
    this.handle(payment, claim.claimId, { type: 'RepresentPayment', data });
  }

  repay(organisation: number, cents: number): void {
    const owed = [...this.pairs]
      .filter(([, pair]) => pair.organisation === organisation)
      .map(([key, pair]) => {
        const [agreementId = '', placeId = ''] = key.split('|');
        return { agreementId, placeId, cents: pair.owed };
      });
    this.sequence += 1;
    const source = `repayment ${this.sequence}`;
    const evidence = { source, statementReference: source, bookedOn: '2027-03-03' };
    const organisationId = uuid(organisation);
    const data = {
      organisationId,
      repaidBy: 'organisation',
      amountCents: cents,
      debts: { owed, repaid: this.state(payee, organisationId).repaid },
      ...evidence,
    } as const;
    const facts = this.handle(payee, organisationId, { type: 'RepayDebt', data });
    for (const fact of facts ?? []) {
      if (fact.type !== 'DebtRepaid') continue;
      // What was repaid is owed again, and as a part of its own it belongs to no claim.
      for (const component of fact.data.components) {
        this.parts.push({ pair: pairOf(component), cents: component.cents, redeemedNumber: -1 });
      }
      this.repaidCents += fact.data.amountCents;
    }
  }

  repaidCents = 0;
}
