import type { AgreementFact } from '@app/funding/contract';
import type { OrganisationFact } from '@app/places/contract';
import type { RecordedEvent } from '@app/platform';
import type { BankEntryFact, FeeSweepFact, PayeeFact, RunFact } from '@app/reimbursement/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';

type Fact = AgreementFact | BankEntryFact | FeeSweepFact | OrganisationFact | PayeeFact | RunFact;

type Run = { preparers: Set<string>; approvers: Set<string>; organisations: Set<string> };

const THIRTY_DAYS_MS = 30 * 86_400_000;

/** I-10: money leaves only with the word of two people, neither of whom changed where it goes. */
export class FourEyes extends Invariant {
  readonly id = 'I-10';
  readonly says = 'who prepares, who approves and who changed an account are different people';

  readonly #runs = new Map<string, Run>();
  readonly #changes: { organisationId: string; by: string; atMs: number }[] = [];
  readonly #accounts = new Map<string, string>();
  /** Who proposed what another has to approve. */
  readonly #proposals = new Map<string, string>();
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<Fact>(this.#handlers, event);
  }

  #decided(id: string, by: string): void {
    const proposer = this.#proposals.get(id);
    if (proposer === undefined) this.#broken(`${id} is approved and was never proposed`);
    if (proposer === by) this.#broken(`${id} is proposed and approved by ${by}`);
  }

  readonly #handlers: Handlers<Fact> = {
    BankAccountDeclared: ({ organisationId, bankAccountId, declaredBy, declaredAt }) => {
      this.#accounts.set(bankAccountId, declaredBy);
      this.#changes.push({ organisationId, by: declaredBy, atMs: Date.parse(declaredAt) });
    },
    BankAccountRevoked: ({ organisationId, revokedBy, revokedAt }) => {
      this.#changes.push({ organisationId, by: revokedBy, atMs: Date.parse(revokedAt) });
    },
    BankAccountVerified: ({ bankAccountId, verifiedBy }) => {
      if (this.#accounts.get(bankAccountId) === verifiedBy) {
        this.#broken(`account ${bankAccountId} is declared and verified by ${verifiedBy}`);
      }
    },

    PreparationStarted: ({ runId, preparedBy }) => {
      const preparers = this.#runs.get(runId)?.preparers ?? new Set();
      preparers.add(preparedBy);
      this.#runs.set(runId, { preparers, approvers: new Set(), organisations: new Set() });
    },
    LinesFrozen: ({ runId, lines }) => {
      for (const line of lines) this.#runs.get(runId)?.organisations.add(line.organisationId);
    },
    ApprovalGiven: ({ runId, approvedBy, approvedAt }, { metadata }) => {
      const run = this.#runs.get(runId);
      if (run === undefined) return this.#broken(`run ${runId} is approved before it is prepared`);
      if (metadata.actor.role === 'system') this.#broken(`run ${runId} is approved by a machine`);
      if (run.preparers.has(approvedBy)) this.#broken(`run ${runId}: its preparer approved it`);
      if (run.approvers.has(approvedBy)) this.#broken(`run ${runId} is approved twice by one`);
      run.approvers.add(approvedBy);
      const since = Date.parse(approvedAt) - THIRTY_DAYS_MS;
      const own = this.#changes.find(
        ({ organisationId, by, atMs }) =>
          by === approvedBy && atMs > since && run.organisations.has(organisationId),
      );
      if (own) this.#broken(`run ${runId}: its approver changed an account in it`);
    },
    RunApproved: ({ runId, approvedBy }) => {
      const run = this.#runs.get(runId);
      if (!run || approvedBy.some((one) => !run.approvers.has(one)) || approvedBy.length === 0) {
        this.#broken(`run ${runId} names approvers who did not approve it`);
      }
    },
    PaymentFileIssued: ({ runId }) => {
      if (!this.#runs.get(runId)?.approvers.size) this.#broken(`run ${runId} was never approved`);
    },

    RefundProposed: ({ refundId, proposedBy }) => void this.#proposals.set(refundId, proposedBy),
    RefundOrdered: ({ refundId, approvedBy }) => this.#decided(refundId, approvedBy),
    FeeSweepProposed: ({ feeSweepId, proposedBy }) =>
      void this.#proposals.set(feeSweepId, proposedBy),
    FeeSweepOrdered: ({ feeSweepId, approvedBy }) => this.#decided(feeSweepId, approvedBy),
    WriteOffProposed: ({ writeOffId, proposedBy }) =>
      void this.#proposals.set(writeOffId, proposedBy),
    WriteOffDecided: ({ writeOffId, decidedBy }) => this.#decided(writeOffId, decidedBy),
    BankEntryResolved: ({ entryId, proposedBy, approvedBy }) => {
      if (proposedBy === approvedBy) this.#broken(`entry ${entryId} is resolved by one person`);
    },
  };
}
