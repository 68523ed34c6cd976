import type { RunFact } from '../../contract';
import { refuse } from '../refuse';
import type { AccountNow, ApproveRun, RejectRun } from './run.messages';
import { assertStatus, linesOf, type StartedRun } from './run.state';

/** Nobody approves a payment to an account they changed themselves within this time. */
export const ACCOUNT_CHANGE_BARS_MS = 30 * 86_400_000;

/** Four eyes: an approver is a person, prepared no version of it and changed no account in it. */
export function decideApproval(
  wish: ApproveRun | RejectRun,
  state: StartedRun,
): readonly RunFact[] {
  return wish.type === 'ApproveRun' ? approve(wish, state) : reject(wish, state);
}

/** Organisations of lines whose frozen account is not the one payable now, in the lines' order. */
export function changedAccounts(
  state: StartedRun,
  accounts: readonly AccountNow[],
): readonly string[] {
  const now = new Map(accounts.map((account) => [account.organisationId, account]));
  const changed = linesOf(state)
    .filter(({ organisationId, payee }) => {
      const account = now.get(organisationId);
      return account?.bankAccountId !== payee.bankAccountId || account.iban !== payee.iban;
    })
    .map(({ organisationId }) => organisationId);
  return [...new Set(changed)];
}

function approve({ data }: ApproveRun, state: StartedRun): readonly RunFact[] {
  const { approvedBy, approvedAt, linesSha256 } = data;
  assertStatus(state, 'prepared');
  const { runId, version, prepared, rules } = state;
  if (linesSha256 !== prepared?.linesSha256) return refuse('lines_sha256_differs');
  assertMayApprove(data, state);
  const organisationIds = changedAccounts(state, data.accounts);
  if (organisationIds.length > 0) {
    const reason = 'bank_account_changed';
    const sentBack = { runId, version, reason, organisationIds, sentBackAt: approvedAt } as const;
    return [{ type: 'RunSentBack', data: sentBack }];
  }
  const given = { runId, version, approvedBy, approvedAt, linesSha256 };
  const approvers = [...state.approvedBy, approvedBy];
  const needed = prepared.payableCents > rules.secondApprovalAboveCents ? 2 : 1;
  const facts: RunFact[] = [{ type: 'ApprovalGiven', data: given }];
  if (approvers.length >= needed) {
    facts.push({
      type: 'RunApproved',
      data: { runId, version, approvedBy: approvers, linesSha256 },
    });
  }
  return facts;
}

function assertMayApprove(
  { approvedBy, isMachine, approvedAt, accountChanges }: ApproveRun['data'],
  state: StartedRun,
): void {
  if (isMachine) refuse('person_required');
  if (state.preparers.includes(approvedBy)) refuse('approver_prepared');
  if (state.approvedBy.includes(approvedBy)) refuse('same_person');
  const organisations = new Set(linesOf(state).map(({ organisationId }) => organisationId));
  const sinceMs = Date.parse(approvedAt) - ACCOUNT_CHANGE_BARS_MS;
  const own = accountChanges.find(
    ({ organisationId, changedBy, changedAt }) =>
      changedBy === approvedBy &&
      organisations.has(organisationId) &&
      Date.parse(changedAt) > sinceMs,
  );
  if (own) refuse('approver_changed_account', { organisationId: own.organisationId });
}

function reject({ data }: RejectRun, state: StartedRun): readonly RunFact[] {
  const { isMachine, ...rejected } = data;
  assertStatus(state, 'prepared', 'approved');
  if (isMachine) return refuse('person_required');
  const { runId, version } = state;
  return [{ type: 'RunRejected', data: { runId, version, ...rejected } }];
}
