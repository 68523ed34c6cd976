import { DomainError, type RefusalDetails } from '@app/kernel';

/** Why reimbursement says no: the stable codes of the HTTP contract. */
export type ReimbursementRefusal =
  | 'already_so'
  | 'same_person'
  | 'person_required'
  // about runs
  | 'run_unknown'
  | 'run_in_preparation'
  | 'run_state'
  | 'preparation_differs'
  | 'preparation_incomplete'
  | 'slice_too_large'
  | 'line_invalid'
  | 'lines_sha256_differs'
  | 'approver_prepared'
  | 'approver_changed_account'
  | 'bank_account_changed'
  | 'files_differ_from_lines'
  | 'not_a_banking_day'
  | 'submission_unclear'
  | 'evidence_required'
  | 'payments_unanswered'
  | 'payments_not_ordered'
  | 'payment_file_unknown'
  | 'payment_file_lost'
  // about payments
  | 'payment_unknown'
  | 'payment_not_settled'
  | 'amount_differs'
  | 'claim_changed'
  | 'claim_differs'
  | 'claim_not_open'
  | 'bank_account_barred'
  | 'evidence_differs'
  | 'attempts_exhausted'
  // about debts and sweeps
  | 'no_fraud_hold'
  | 'debt_exceeded'
  | 'write_off_unknown'
  | 'write_off_exceeded'
  | 'fee_sweep_unknown'
  | 'fee_sweep_state'
  | 'fees_exceeded'
  // about bank reports
  | 'report_unknown'
  | 'report_state'
  | 'verdicts_out_of_order'
  | 'entry_unknown'
  | 'entry_not_booked'
  | 'resolution_unknown'
  | 'resolution_impossible'
  | 'resolution_differs'
  | 'target_required'
  | 'target_unknown'
  | 'item_unknown'
  | ReportRefusal
  // about payment files
  | 'name_unrepresentable'
  | 'address_unstructured';

/** Why a file from the bank is refused: nothing of it takes effect. */
export type ReportRefusal =
  | 'xml_too_large'
  | 'xml_encoding'
  | 'xml_malformed'
  | 'xml_doctype'
  | 'xml_entities'
  | 'report_kind_unknown'
  | 'account_foreign'
  | 'currency_foreign'
  | 'camt_amount'
  | 'balance_missing'
  | 'balance_differs';

/** @throws DomainError always. */
export function refuse(code: ReimbursementRefusal, details?: RefusalDetails): never {
  throw new DomainError(code, details);
}
