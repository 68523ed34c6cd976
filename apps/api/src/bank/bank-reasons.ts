import { FUNDING_REASONS } from '../funding/funding.refusals';
import { REIMBURSEMENT_REASONS } from '../runs/reimbursement.refusals';

/** Why an item of a report waits, or has no effect; refusals say theirs in the tables of refusals. */
const VERDICT_REASONS: Readonly<Record<string, string>> = {
  already_booked: 'What it names was booked before: this is other money.',
  announced: 'The bank announces it; it counts once a statement has it.',
  batch_sum_differs: 'The batch is of another sum than the payments that were not rejected.',
  claim_released: 'The payment was given up; what it would have paid is in another one.',
  information: 'The bank gives it for information only.',
  later_attempt: 'The payment was tried again since: it may be paid twice.',
  message_unknown: 'It answers a file that is none of ours.',
  no_match: 'It names nothing of ours.',
  not_expected: 'What it names is over, or has not come so far.',
  other_direction: 'It goes the other way than what it names.',
  partly_ours: 'Some of its transactions are payments of ours, others are not.',
  partly_resolved: 'A part of it was resolved: people say what the rest is.',
  payment_twice: 'It has the same payment twice.',
  pending: 'The bank has not booked it.',
  returned_before: 'The payment had come back before.',
  settled_before: 'The payment was booked before.',
  several_references: 'It names several things of ours.',
  too_many_payments: 'It has more payments than are matched at once.',
};

const ALL: Readonly<Record<string, string>> = {
  ...FUNDING_REASONS,
  ...REIMBURSEMENT_REASONS,
  ...VERDICT_REASONS,
};

/** A reason in a sentence; null where there is none. */
export const sentenceOf = (reason: string | null): string | null =>
  reason === null ? null : (ALL[reason] ?? null);
