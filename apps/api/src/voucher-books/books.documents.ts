import { atLeast, documents, maybe, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const BOOK_STATUS = oneOf('open', 'blocked', 'replaced');
const FIGURE = orNull(250);

export const BOOKS = documents('books', {
  distributeBook: {
    does: 'Hands out a book, or some of its vouchers, to a person, out of a prescriber’s stock.',
    more: 'The book by its number, or by the code on its cover.',
    asks: { book: 1, prescriberId: IDS.prescriber, public: 'job-seeker', commune: '58194' },
    answers: { book: 1, vouchers: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] },
    refuses: [
      ...['not_found', 'book_or_code', 'code_format', 'code_check', 'book_code_required'],
      ...['voucher_unknown', 'too_many_attempts', 'prescriber_unknown', 'book_unknown'],
      ...['code_repeated', 'single_hand_out_not_allowed', 'order_not_active', 'book_blocked'],
      ...['book_replaced', 'expired', 'agreement_short', 'not_in_stock', 'already_distributed'],
    ],
  },
  getBook: {
    does: 'Tells the state and history of a book, now or as of an instant: no code, no holder.',
    more:
      'What is told of each event depends on who asks. Before it was issued, or its replacement was ' +
      'made, there is no such book: 404.',
    answers: {
      ...{ book: 1, status: BOOK_STATUS, handedOutVouchers: [1, 2, 3], usedVouchers: [1] },
      ...{ unusedVouchers: [2, 3], replacedBy: orNull(26) },
      history: [
        atLeast({
          ...{ at: '2026-04-01T09:00:00.000Z' },
          type: oneOf(
            ...(['BookDistributed', 'VouchersRedeemed', 'RedemptionCancelled'] as const),
            ...(['BookBlocked', 'BookUnblocked', 'BookReplaced'] as const),
          ),
        }),
      ],
    },
    refuses: ['not_found', 'id_invalid', 'store_unavailable'],
  },
  blockBook: {
    does: 'Blocks a lost or stolen book: it is not accepted any more.',
    asks: { reason: 'Lost' },
    answers: { book: 1, status: oneOf('blocked') },
    refuses: ['id_invalid', 'book_replaced', 'already_so'],
  },
  unblockBook: {
    does: 'Unblocks a book that was found again.',
    answers: { book: 1, status: oneOf('open') },
    refuses: ['id_invalid', 'book_replaced', 'already_so'],
  },
  replaceBook: {
    does: 'Replaces a blocked book: its unused vouchers live on under the number answered.',
    answers: { book: 26 },
    refuses: [
      ...['id_invalid', 'order_not_active', 'validity_ended', 'book_not_blocked'],
      ...['nothing_to_replace', 'serial_numbers_exhausted', 'already_so'],
    ],
  },
  revokeKey: {
    does: 'Revokes a master key that leaked: every code under it is refused from here on.',
    more: 'The same books can be printed again with codes of the new key; nothing else changes.',
    asks: { keyId: '2026-01-15-0badcafe', reason: 'A print file was stolen' },
    answers: { keyId: '2026-01-15-0badcafe', newKeyId: '2026-06-30-600dcafe' },
    refuses: ['key_unknown', 'key_revoked', 'already_so'],
  },
});

export const FIGURES = documents('figures', {
  getFigures: {
    does: 'Counts the vouchers of the scheme in every stage they reached.',
    more:
      'Staff asks for any instant. Anyone else for the end of a month that is over, the latest ' +
      'unless `asOf` names its last millisecond. A figure is null then that is under 10, or has moved ' +
      'by less since it was last told, or that one such would follow from.',
    answers: {
      ...{ asOf: '2026-03-31T21:59:59.999Z', unit: oneOf('vouchers') },
      groupBy: oneOf('month', 'funder', 'department', 'public'),
      items: [
        {
          ...{ group: '2026-03', issued: FIGURE, active: FIGURE, distributed: FIGURE },
          ...{ started: FIGURE, redeemed: FIGURE, paid: FIGURE, expired: FIGURE },
          name: maybe(orNull('Département de la Nièvre')),
        },
      ],
    },
    refuses: ['month_end_required'],
  },
});
