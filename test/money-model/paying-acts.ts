import { addDays } from '@app/kernel';
import {
  type ClaimInOwed,
  draftLines,
  linesOf,
  linesSha256,
  payment,
  type PayeeNow,
  run,
  type Run,
  runRegister,
  sliceDraft,
} from '@app/reimbursement';
import { type Attempt, type Claim, ibanOf, type Payee, type Prepared } from './payee-money';
import { compareDrafts, mixDrafts } from './told-drafts';
import { agree, type Choice, idOf, pick, type World } from './world';

const MINIMUM_CENTS = 1_500;
const WAIVED_AFTER_DAYS = 5;

type StartedRun = Exclude<Run, { status: 'none' }>;

/** A run on its way to its file. What a preparation saw is seen again by a worker that begins anew. */
type OpenRun = {
  runId: string;
  number: number;
  openingEventId: string;
  seen?: Readonly<{
    at: string;
    version: number;
    payees: readonly PayeeNow[];
    claims: readonly ClaimInOwed[];
    lines: (saidBelowMinimum: ReadonlySet<string>) => Prepared;
  }>;
};

export class Paying {
  #run: OpenRun | undefined;
  #number = 0;
  /** Claims that were open at the latest opening. */
  #atOpening: readonly string[] = [];
  readonly #sent: { claim: Claim; attempt: Attempt }[] = [];
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  // --- runs ---------------------------------------------------------------------------------------

  open(): void {
    if (this.#run) return;
    const { desk, payees } = this.#world;
    this.#number += 1;
    const runId = idOf(900_000 + this.#number);
    const data = { runId, openedBy: 'anna', openedAt: desk.now };
    agree('a run', desk.decide(runRegister, 'runs', { type: 'OpenRun', data }), true);
    this.#run = { runId, number: this.#number, openingEventId: desk.lastEventId };
    this.#atOpening = payees.claims.filter(isOpen).map(({ id }) => id);
    payees.open();
  }

  startPreparation(): void {
    const run_ = this.#run;
    if (!run_ || run_.seen) return;
    const { desk, payees, agreements, today } = this.#world;
    const { runId, number, openingEventId } = run_;
    const rules = { minimumCents: MINIMUM_CENTS, minimumWaivedAfterDays: WAIVED_AFTER_DAYS };
    const decided = desk.decide(run, runId, {
      type: 'StartPreparation',
      data: {
        ...{ runId, number, openingEventId, preparedBy: 'anna', startedAt: desk.now },
        rules: { ...rules, secondApprovalAboveCents: 5_000 },
      },
    });
    agree('a preparation', decided, true);
    const cash = new Map(
      agreements.map((each) => [each, this.#world.drawableCents(each)] as const),
    );
    const waivedOn = addDays(today, -WAIVED_AFTER_DAYS);
    const draft = (saidBelowMinimum: ReadonlySet<string>) =>
      payees.draft({ minimumCents: MINIMUM_CENTS, waivedOn, saidBelowMinimum }, new Map(cash));
    // Drafted twice, once per answer to what the rules leave open; nothing of it may change later.
    const [paid, held] = [
      draft(new Set()),
      draft(new Set(payees.payees.map((each) => each.organisationId))),
    ];
    const seen = {
      ...{ at: desk.now, version: this.#started()?.version ?? 1 },
      payees: payees.payees.map((each) => this.#payeeNow(each)),
      claims: this.#atOpening.map((claimId) => this.#claimInOwed(claimId)),
      lines: (said: ReadonlySet<string>) => mixDrafts({ paid, held }, said),
    };
    this.#run = { ...run_, seen };
  }

  /** The worker's part; amounts and cash are asked of the ledger as of the run's own places in the log. */
  prepare(): void {
    const seen = this.#run?.seen;
    if (!this.#run || !seen || this.#started()?.status !== 'preparing') return;
    const { desk, payees } = this.#world;
    const { runId, number, openingEventId } = this.#run;
    const { version } = seen;
    const amounts = desk.runAmounts.findOwedAtOpening(openingEventId);
    const cashCents = desk.runAmounts.findCashAtPreparation({ runId, version });
    if (!amounts || !cashCents) throw new Error('the ledger has forgotten the run');
    const rules = { minimumCents: MINIMUM_CENTS, minimumWaivedAfterDays: WAIVED_AFTER_DAYS };
    const draft = draftLines({
      ...{ amounts, payees: seen.payees, claims: seen.claims, cashCents, startedAt: seen.at },
      rules: { ...rules, secondApprovalAboveCents: 5_000 },
      claimIdOf: (organisationId) => idOf(number * 100 + Number(organisationId.slice(-2))),
    });
    const said = draft.held.flatMap(({ reason, organisationId }) =>
      reason === 'below_minimum' ? [organisationId] : [],
    );
    const followed = seen.lines(new Set(said));
    compareDrafts(draft, followed);
    for (const { reason } of draft.held) desk.count(`held: ${reason}`);
    for (const { components } of draft.lines) {
      if (components.some(({ cents }) => cents < 0)) desk.count('a debt in a line');
    }
    const slices = sliceDraft(draft);
    for (const [slice, content] of slices.entries()) {
      desk.decide(run, runId, { type: 'FreezeSlice', data: { version, slice, ...content } });
    }
    payees.freeze(followed.lines);
    const payableCents = draft.lines.reduce((sum, { amountCents }) => sum + amountCents, 0);
    const counted = { slices: slices.length, lines: draft.lines.length, payableCents };
    const hash = linesSha256({ runId, version }, draft.lines);
    const data = { version, ...counted, linesSha256: hash, preparedAt: desk.now };
    agree('a prepared run', desk.decide(run, runId, { type: 'FinishPreparation', data }), true);
    for (const claim of followed.release) {
      const command = { type: 'ReleaseClaim', data: { runId } } as const;
      const isStillOpen = isOpen(claim);
      agree('a released claim', desk.decide(payment, claim.id, command), isStillOpen);
      if (isStillOpen) payees.releaseClaim(claim);
    }
    if (draft.lines.length === 0) this.#clear();
  }

  approve(): void {
    const started = this.#started();
    if (!this.#run || started?.status !== 'prepared') return;
    const { desk } = this.#world;
    const { runId } = this.#run;
    const isUnchanged = this.#areAccountsUnchanged();
    for (const approvedBy of ['bruno', 'chloe']) {
      const data = {
        ...{ approvedBy, isMachine: false, approvedAt: desk.now },
        ...{ linesSha256: started.prepared?.linesSha256 ?? '', accountChanges: [] },
        accounts: this.#accountsNow(),
      };
      desk.decide(run, runId, { type: 'ApproveRun', data });
    }
    const after = this.#started()?.status;
    if ((after === 'approved') !== isUnchanged) throw new Error(`an approved run is ${after}`);
    this.#releaseVersion();
  }

  reject(): void {
    if (!this.#run) return;
    const { desk } = this.#world;
    const data = { rejectedBy: 'bruno', isMachine: false, rejectedAt: desk.now, reason: 'doubt' };
    desk.decide(run, this.#run.runId, { type: 'RejectRun', data });
    this.#releaseVersion();
  }

  issue(): void {
    const started = this.#started();
    if (!this.#run || started?.status !== 'approved') return;
    const { desk, payees } = this.#world;
    const { runId } = this.#run;
    const { version } = started;
    const lines = linesOf(started);
    const changedClaims: string[] = [];
    for (const [i, line] of lines.entries()) {
      const followed = payees.frozen[i];
      if (line.attempt === 1 || !followed) continue;
      const decided = this.#order(runId, version, line);
      if (agree('a re-presentment', decided, payees.mayOrder(followed)))
        payees.order(followed, line);
      else changedClaims.push(line.organisationId);
    }
    const isUnchanged = this.#areAccountsUnchanged();
    const decided = desk.decide(run, runId, {
      type: 'IssueFiles',
      data: {
        ...{ version, executionOn: '2027-01-05', issuedBy: 'bruno', issuedAt: desk.now },
        ...{
          files: [fileOf(lines)],
          written: WRITTEN,
          changedClaims,
          accounts: this.#accountsNow(),
        },
      },
    });
    const isIssued = decided?.[0]?.type === 'PaymentFileIssued';
    agree('a file', isIssued || undefined, isUnchanged && changedClaims.length === 0);
    if (!isIssued) return this.#releaseVersion();
    const frozen = payees.frozen;
    payees.issue();
    for (const [i, line] of lines.entries()) {
      const followed = frozen[i];
      if (!followed) throw new Error('a line that nobody followed');
      if (line.attempt === 1) {
        agree('a payment', this.#order(runId, version, line), true);
        payees.order(followed, line);
      }
      const claim = payees.claims.find(({ id }) => id === line.claimId);
      const attempt = claim?.attempts.at(-1);
      if (claim && attempt) this.#sent.push({ claim, attempt });
    }
    this.#clear();
  }

  // --- the bank -----------------------------------------------------------------------------------

  /** One answer to one payment: the newest first, some twice, in any order. */
  answer({ which, how }: Choice): void {
    const sent = this.#sent.at(-1 - (which % Math.max(this.#sent.length, 1)));
    if (!sent) return;
    const { desk, payees, today } = this.#world;
    const { claim, attempt } = sent;
    const { endToEndId } = attempt;
    const evidence = (source: string) => ({ source, statementReference: source, endToEndId });
    const amountCents = claim.parts.reduce((sum, { cents }) => sum + cents, 0);
    const reasonCode = how % 5 === 0 ? 'AC04' : 'MS03';
    const moved = (type: string, facts: readonly { type: string }[] | undefined): boolean =>
      facts?.some((fact) => fact.type === type) ?? false;
    if (how % 3 === 0) {
      const data = { ...evidence(`debit ${endToEndId}`), amountCents, bookedOn: today };
      const facts = desk.decide(payment, claim.id, { type: 'SettlePayment', data });
      const isPaid = payees.debit(claim, attempt);
      agree('a debit', moved('PaymentSettled', facts) || undefined, isPaid);
    } else if (how % 3 === 1) {
      const data = { ...evidence(`rejection ${endToEndId}`), reasonCode };
      const facts = desk.decide(payment, claim.id, { type: 'RejectPayment', data });
      const isBack = payees.reject(claim, attempt, reasonCode === 'AC04');
      agree('a rejection', moved('PaymentRejected', facts) || undefined, isBack);
    } else {
      const data = {
        ...evidence(`return ${endToEndId}`),
        reasonCode,
        amountCents,
        bookedOn: today,
      };
      const facts = desk.decide(payment, claim.id, { type: 'ReturnPayment', data });
      const isBack = payees.giveBack(claim, attempt, reasonCode === 'AC04');
      agree('a return', moved('PaymentReturned', facts) || undefined, isBack);
    }
  }

  /** Every payment that is out is debited. */
  settleAll(): void {
    for (const which of this.#sent.keys()) this.answer({ which, how: 0 });
  }

  represent({ which }: Choice): void {
    const { desk, payees } = this.#world;
    const claim = pick(payees.claims.filter(isOpen), which);
    const attempt = claim?.attempts.at(-1);
    if (!claim || !attempt) return;
    const evidence = { endToEndId: attempt.endToEndId, reference: 'letter' };
    const data = { evidence, grantedBy: 'anna', isMachine: false, grantedAt: desk.now };
    const decided = desk.decide(payment, claim.id, { type: 'RepresentPayment', data });
    agree('a re-presentment', decided, payees.represent(claim));
  }

  // --- what the use cases do ----------------------------------------------------------------------

  #started(): StartedRun | undefined {
    const state = this.#run && this.#world.desk.stateOf(run, this.#run.runId);
    return state?.status === 'none' ? undefined : state;
  }

  #payeeNow(payee: Payee): PayeeNow {
    const { organisationId, account, fraudHold, left } = payee;
    const { desk, payees } = this.#world;
    const claims = payees.claims.filter((claim) => claim.organisationId === organisationId);
    const barredIbans = claims.flatMap(({ id }) => {
      const state = desk.stateOf(payment, id);
      return state.status === 'none' ? [] : state.barredIbans;
    });
    const address = { street: '', postalCode: '58000', city: 'Nevers', country: 'FR' };
    const iban = ibanOf(payee);
    const payable = { bankAccountId: iban, iban, holderName: 'Lieu', address };
    return {
      ...{ organisationId, fraudHold, left, barredIbans },
      account: account.state === 'payable' ? payable : account.state,
    };
  }

  #claimInOwed(claimId: string): ClaimInOwed {
    const state = this.#world.desk.stateOf(payment, claimId);
    if (state.status === 'none') throw new Error(`no claim ${claimId}`);
    const { organisationId, amountCents, components, attempts, granted, released } = state;
    const last = attempts.at(-1) ?? attempts[0];
    const ofClaim = { claimId, organisationId, amountCents, components, attempt: last.attempt };
    if (released) return { ...ofClaim, status: 'released' };
    if (last.status === 'settled') return { ...ofClaim, status: 'settled' };
    return { ...ofClaim, status: granted ? 'granted' : 'waiting' };
  }

  #accountsNow() {
    return this.#world.payees.payees.map((payee) => {
      const iban = ibanOf(payee);
      const { organisationId } = payee;
      const isPayable = payee.account.state === 'payable';
      return isPayable ? { organisationId, bankAccountId: iban, iban } : { organisationId };
    });
  }

  #areAccountsUnchanged(): boolean {
    const { payees } = this.#world;
    return payees.frozen.every(({ organisationId, iban }) => {
      const payee = payees.payee(organisationId);
      return payee.account.state === 'payable' && ibanOf(payee) === iban;
    });
  }

  #order(runId: string, version: number, line: ReturnType<typeof linesOf>[number]) {
    const { payee: account, ...rest } = line;
    const { bankAccountId, iban } = account;
    const data = { ...rest, runId, version, bankAccountId, iban };
    return this.#world.desk.decide(payment, line.claimId, { type: 'OrderPayment', data });
  }

  #releaseVersion(): void {
    const started = this.#started();
    if (!this.#run || started?.status !== 'releasing') return;
    const { desk, payees } = this.#world;
    const { runId } = this.#run;
    const { version } = started;
    for (const [slice, { lines }] of Object.entries(started.slices)) {
      if (lines.length === 0) continue;
      desk.decide(run, runId, { type: 'ReleaseSlice', data: { version, slice: Number(slice) } });
      for (const { claimId } of lines) {
        const command = { type: 'WithdrawAttempt', data: { runId, version } } as const;
        const withdrawn = desk.decide(payment, claimId, command);
        const claim = payees.claims.find(({ id }) => id === claimId);
        if (withdrawn?.length && claim) payees.withdraw(claim);
      }
    }
    payees.thaw();
    const { seen: _, ...open } = this.#run;
    this.#run = open;
  }

  #clear(): void {
    if (!this.#run) return;
    const { runId } = this.#run;
    this.#world.desk.decide(runRegister, 'runs', { type: 'ClearRun', data: { runId } });
    this.#run = undefined;
  }
}

const isOpen = ({ released, attempts }: Claim): boolean => {
  const last = attempts.at(-1)?.status;
  return !released && (last === 'rejected' || last === 'returned');
};

const fileOf = (lines: ReturnType<typeof linesOf>) => ({
  ...{ messageId: 'RUN', paymentInformationId: 'RUN-P', sha256: 'b'.repeat(64), bytes: 1 },
  ...{
    transactions: lines.length,
    amountCents: lines.reduce((sum, each) => sum + each.amountCents, 0),
  },
  ...{
    firstEndToEndId: lines.at(0)?.endToEndId ?? '',
    lastEndToEndId: lines.at(-1)?.endToEndId ?? '',
  },
});

const WRITTEN = {
  createdAt: '2027-01-04T10:00:00.000Z',
  debtor: {
    ...{ iban: 'FR7630006000011234567890189', holderName: 'Carnet' },
    address: { street: '1 rue du Pont', postalCode: '75001', city: 'Paris', country: 'FR' },
  },
  transactionsPerFileMax: 1_000,
};
