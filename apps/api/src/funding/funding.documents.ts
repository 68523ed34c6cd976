import { documents, maybe, oneOf, orNull } from '@app/platform';
import { ADDRESS, IDS } from '../common/examples';

const BALANCE = {
  ...{ depositedCents: 500_000, shortfallCents: 0, availableCents: 236_000 },
  ...{ reservedCents: 0, activeCents: 150_000, distributedCents: 80_000 },
  ...{ owedCents: 20_000, owedByPlacesCents: 0, inRunCents: 0, paidCents: 0, expiredCents: 0 },
  ...{ returnedCents: 0, feesCents: 14_000 },
  vouchers: {
    ...{ issued: 250, active: 150, distributed: 80, started: 30, redeemed: 20, paid: 0 },
    ...{ expired: 0, blocked: 0 },
  },
};

const BALANCE_MORE =
  'deposited + shortfall = available + reserved + active + distributed + owed − owedByPlaces + ' +
  'inRun + paid + expired + returned + fees, at every instant.';

const FUNDER = {
  ...{ funderId: IDS.funder, name: 'Département de la Nièvre', siret: '22230001400016' },
  kind: 'departement',
  address: orNull(ADDRESS),
  bankAccounts: [
    {
      ...{ bankAccountId: IDS.bankAccount, ibanMasked: 'FR76…0189' },
      holderName: 'Paierie départementale',
      status: oneOf('declared', 'match', 'close', 'no-match', 'revoked'),
    },
  ],
};

const AGREEMENT = {
  ...{ agreementId: IDS.agreement, funderId: IDS.funder, reference: 'CONV-2026-01' },
  ...{ faceValueCents: 1_000, booksOf: [10], feeBasisPoints: 500, vatBasisPoints: 2_000 },
  ceilingCents: 100_000_000,
  coFunders: [
    {
      ...{ name: 'Département de la Nièvre', shareBasisPoints: 10_000 },
      ceilingCents: maybe(50_000_000),
    },
  ],
  restrictions: { territories: ['58'], services: ['online-forms'], publics: ['senior'] },
  ...{ singleHandOut: false, allowPrescribingPlace: false, status: oneOf('signed', 'closed') },
  /** Empty while it is open. */
  closedOn: '',
};

const DEPOSIT = {
  ...{ depositId: IDS.deposit, agreementId: IDS.agreement, funderId: IDS.funder },
  ...{ amountCents: 500_000, bankReference: 'VIR CD58 2026-03', valueOn: '2026-03-02' },
  status: oneOf('confirmed', 'typed', 'recalled'),
  statementReference: 'RELEVE-2026-03-02',
};

const REFUNDABLE = [
  ...['bank_account_not_verified', 'agreement_short'],
  ...['refund_exceeds_available', 'refund_exceeds_cash'],
];

export const FUNDING = documents('funding', {
  registerFunder: {
    does: 'Registers who pays for vouchers.',
    more: 'Invoices of its orders carry the address, which the law wants on them.',
    answers: { funderId: IDS.funder },
  },
  correctFunder: {
    does: 'Corrects what is registered of a funder: all of it, with what stays.',
    more: 'Invoices from here on say it; those that were issued stay as they are.',
    answers: { funderId: IDS.funder },
    refuses: ['not_found', 'already_so'],
  },
  listFunders: { does: 'Lists funders; a funder is told of itself.', item: FUNDER },
  getFunder: { does: 'Tells of a funder and its bank accounts, IBAN masked.', answers: FUNDER },
  getFunderBalance: {
    does: 'Tells the money of all agreements of a funder, now or as of an instant.',
    more: BALANCE_MORE,
    answers: BALANCE,
  },
  declareFunderBankAccount: {
    does: 'Declares a bank account for refunds.',
    more: 'Nothing is paid to it before another person has verified it.',
    answers: { bankAccountId: IDS.bankAccount, status: oneOf('declared') },
  },
  verifyFunderBankAccount: {
    does: 'Records what the verification of a bank account found, by another person.',
    answers: { bankAccountId: IDS.bankAccount, status: oneOf('verified', 'close', 'no-match') },
    refuses: ['not_found', 'bank_account_unknown', 'same_person', 'already_so'],
  },
  revokeFunderBankAccount: {
    does: 'Revokes a bank account, for ever.',
    asks: { reason: 'The account was closed' },
    answers: { bankAccountId: IDS.bankAccount, status: oneOf('revoked') },
    refuses: ['not_found', 'bank_account_unknown', 'already_so'],
  },
  signAgreement: {
    does: 'Signs the agreement under which a funder orders books.',
    more: 'The funder is one of the co-funders, whose shares add up to 10,000 basis points.',
    asks: {
      ...{ funderId: IDS.funder, reference: 'CONV-2026-01', faceValueCents: 1_000, booksOf: [10] },
      ...{ feeBasisPoints: 500, vatBasisPoints: 2_000, ceilingCents: 100_000_000 },
      coFunders: [{ name: 'Département de la Nièvre', shareBasisPoints: 10_000 }],
      restrictions: { territories: ['58'], services: [], publics: [] },
      ...{ singleHandOut: false, allowPrescribingPlace: false },
    },
    answers: { agreementId: IDS.agreement },
    refuses: ['not_found', 'co_funders_invalid'],
  },
  listAgreements: { does: 'Lists agreements; a funder is told of its own.', item: AGREEMENT },
  getAgreement: { does: 'Tells the terms of an agreement.', answers: AGREEMENT },
  getAgreementBalance: {
    does: 'Tells the money of an agreement, now or as of an instant.',
    more: BALANCE_MORE,
    answers: BALANCE,
  },
  closeAgreement: {
    does: 'Closes an agreement that holds nothing any more.',
    answers: { agreementId: IDS.agreement, status: oneOf('closed') },
    refuses: ['agreement_not_empty', 'already_so'],
  },
  proposeRefund: {
    does: 'Proposes to give money back to the funder.',
    asks: { amountCents: 50_000, bankAccountId: IDS.bankAccount },
    answers: { refundId: IDS.refund, status: oneOf('proposed') },
    refuses: REFUNDABLE,
  },
  approveRefund: {
    does: 'Approves a refund, by another person than who proposed it.',
    answers: {
      refundId: IDS.refund,
      status: oneOf('ordered'),
      reference: `RF${IDS.refund.replaceAll('-', '').toUpperCase()}`,
    },
    refuses: ['not_found', 'refund_unknown', ...REFUNDABLE, 'same_person', 'already_so'],
  },
  sendRefund: {
    does: 'Records that the transfer of a refund was entered at the bank.',
    more: 'From then on a recall of the deposit no longer cancels it.',
    answers: { refundId: IDS.refund, status: oneOf('sent') },
    refuses: ['not_found', 'refund_unknown', 'refund_cancelled', 'refund_state', 'already_so'],
  },
  failRefund: {
    does: 'Records that the bank did not carry a refund out, and will not.',
    more: 'Its money is available again. A debit that comes all the same waits for a person.',
    asks: { reason: 'AC04: the account is closed' },
    answers: { refundId: IDS.refund, status: oneOf('failed') },
    refuses: ['not_found', 'refund_unknown', 'refund_cancelled', 'refund_state'],
  },
  recordDeposit: {
    does: 'Records money that a funder says it has sent.',
    more:
      'The same bank reference again is the same deposit, or a conflict if anything differs. All ' +
      'deposits of an agreement together are an amount too: at most 10^12 cents.',
    asks: {
      ...{ agreementId: IDS.agreement, amountCents: 500_000 },
      ...{ bankReference: 'VIR CD58 2026-03', valueOn: '2026-03-02' },
    },
    answers: { depositId: IDS.deposit, confirmed: false },
    refuses: ['not_found', 'reference_conflict', 'amount_limit'],
  },
  listDeposits: { does: 'Lists deposits; a funder is told of its own.', item: DEPOSIT },
  getDeposit: { does: 'Tells of a deposit.', answers: DEPOSIT },
  confirmDeposit: {
    does: 'Confirms a deposit by the booked credit behind it, by another person.',
    asks: { statementReference: 'RELEVE-2026-03-02' },
    answers: { depositId: IDS.deposit, confirmed: true },
    refuses: ['not_found', 'deposit_unknown', 'same_person', 'already_so'],
  },
  recallDeposit: {
    does: 'Records that the bank took a deposit back.',
    more: 'What is missing then is a shortfall of the agreement; places are paid all the same.',
    asks: { reason: 'Sent twice' },
    answers: { depositId: IDS.deposit, status: oneOf('recalled') },
    refuses: ['already_so'],
  },
});
