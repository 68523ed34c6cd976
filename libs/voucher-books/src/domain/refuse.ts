import { DomainError, type RefusalDetails } from '@app/kernel';

/** Why voucher-books says no: the stable codes of the HTTP contract. */
export type RefusalCode =
  | VoucherRefusalCode
  // about codes, before any book is looked at
  | 'code_format'
  | 'code_check'
  | 'code_repeated'
  | 'book_code_required'
  | 'codes_of_several_books'
  | 'too_many_attempts'
  // about orders and stock
  | 'agreement_unknown'
  | 'agreement_closed'
  | 'ceiling_exceeded'
  | 'prescriber_unknown'
  | 'order_unknown'
  | 'order_cancelled'
  | 'order_not_funded'
  | 'order_not_issued'
  | 'order_not_delivered'
  | 'order_already_active'
  | 'books_out_of_range'
  | 'vouchers_per_book_not_allowed'
  | 'valid_until_past'
  | 'delivered_on_invalid'
  | 'days_out_of_range'
  | 'agreement_short'
  | 'not_in_stock'
  | 'same_prescriber'
  | 'range_invalid'
  // about closing
  | 'closing_not_due'
  | 'closing_not_open'
  | 'validity_running'
  | 'validity_ended'
  | 'statement_not_drawn'
  | 'statement_not_agreed'
  | 'figures_unbalanced'
  | 'credit_note_differs'
  // about books and redemptions
  | 'book_unknown'
  | 'book_not_blocked'
  | 'already_distributed'
  | 'single_hand_out_not_allowed'
  | 'nothing_to_replace'
  | 'place_unknown'
  | 'redemption_unknown'
  | 'cancellation_too_late'
  // about prints
  | 'print_unknown'
  | 'print_not_made'
  | 'print_abandoned'
  | 'print_erased'
  | 'print_file_missing'
  | 'print_file_damaged'
  | 'print_too_large'
  | 'layout_of_pdf_only'
  // about numbers and keys
  | 'serial_numbers_exhausted'
  | 'key_revoked'
  | 'key_unknown'
  | 'already_so';

/** Why a voucher is not taken, in the order in which the reasons are looked for. */
export type VoucherRefusalCode =
  | 'voucher_unknown'
  | 'order_not_active'
  | 'book_not_distributed'
  | 'book_blocked'
  | 'book_replaced'
  | 'voucher_used'
  | 'performed_on_invalid'
  | 'expired'
  | 'too_late_to_hand_in'
  | 'place_not_labelled'
  | 'place_suspended'
  | 'territory_not_covered'
  | 'service_not_covered'
  | 'public_not_covered'
  | 'prescriber_conflict'
  | 'price_below_vouchers';

/** @throws DomainError always. */
export function refuse(code: RefusalCode, details?: RefusalDetails): never {
  throw new DomainError(code, details);
}
