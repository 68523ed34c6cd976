import type {
  AgreementFact,
  DepositFact as AnyDepositFact,
  RefundBooked,
  RefundReturned,
} from '@app/funding/contract';
import { addBankingDays, normaliseReference } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';
import type {
  DebtRepaid,
  FeeSweepFact,
  PaymentFact,
  PaymentFileIssued,
} from '@app/reimbursement/contract';
import type { ExpectedRow } from './bank.tables';
import type { BankFolds, BankTables } from './bank-folds';
import { keepLedger } from './entry-facts';

export type DepositFact = AnyDepositFact;
export type RefundFact = Extract<
  AgreementFact,
  { type: 'RefundOrdered' | 'RefundBooked' | 'RefundFailed' | 'RefundReturned' | 'FundsRecalled' }
>;

type Facts = PaymentFact | PaymentFileIssued | FeeSweepFact | DebtRepaid | DepositFact | RefundFact;

/** What the account should show by the ledger's own word, and what the ledger says it has shown. */
export const EXPECTED_FACTS: BankFolds<Facts> = {
  PaymentFileIssued: ({ data: { runId, files } }, tables) => {
    for (const file of files) {
      const { messageId, paymentInformationId, firstEndToEndId, lastEndToEndId } = file;
      const ends = { firstEndToEndId, lastEndToEndId };
      tables.bankFiles.put({ messageId, paymentInformationId, runId, ...ends });
    }
  },

  PaymentOrdered: (event, tables) => {
    const { claimId: targetId, endToEndId, amountCents, iban } = event.data;
    expect(tables, event, { kind: 'payment', targetId, reference: endToEndId, amountCents, iban });
  },
  AttemptWithdrawn: ({ data: { endToEndId } }, tables) =>
    tables.bankExpected.delete(normaliseReference(endToEndId), 'payment'),
  PaymentSettled: (event, tables) => {
    answerPayment(tables, event, 'booked');
    keepLedger(tables, event, 0 - event.data.amountCents);
  },
  PaymentRejected: (event, tables) => answerPayment(tables, event, 'rejected'),
  PaymentReturned: (event, tables) => {
    answerPayment(tables, event, 'returned');
    keepLedger(tables, event, event.data.amountCents);
  },
  LateRejectionKept: () => undefined,
  BookedDebitDisputed: () => undefined,
  RepresentmentGranted: () => undefined,
  ClaimReleased: () => undefined,

  DepositAssigned: (event, tables) => {
    const { depositId: targetId, agreementId, bankReference: reference, amountCents } = event.data;
    // A booked credit stands behind it by then, or a person looks (design.md, Deposit).
    const dueOn = addBankingDays(event.data.valueOn, 3);
    const announced = { kind: 'deposit', targetId, agreementId, reference } as const;
    expect(tables, event, { ...announced, amountCents, dueOn });
  },
  DepositConfirmed: ({ data: { depositId: targetId }, recordedAt }, { bankExpected }) => {
    for (const row of bankExpected.where({ kind: 'deposit', targetId })) {
      bankExpected.put({ ...row, answeredMs: row.answeredMs ?? recordedAt.getTime() });
    }
  },
  DepositRecalled: ({ data, recordedAt }, tables) =>
    answer(tables, ['deposit', data.depositId], { status: 'ended', at: recordedAt }),
  DepositBooked: (event, tables) => {
    const { depositId, amountCents, direction } = event.data;
    const isCredit = direction === 'credit';
    if (isCredit)
      answer(tables, ['deposit', depositId], { status: 'booked', at: event.recordedAt });
    keepLedger(tables, event, isCredit ? amountCents : 0 - amountCents);
  },

  RefundOrdered: (event, tables) => {
    const { refundId: targetId, agreementId, reference, amountCents } = event.data;
    expect(tables, event, { kind: 'refund', targetId, agreementId, reference, amountCents });
  },
  RefundBooked: (event, tables) => answerRefund(tables, event, 'booked'),
  RefundFailed: ({ data, recordedAt }, tables) =>
    answer(tables, ['refund', data.refundId], { status: 'ended', at: recordedAt }),
  RefundReturned: (event, tables) => answerRefund(tables, event, 'returned'),
  FundsRecalled: ({ data: { cancelledRefunds }, recordedAt }, tables) => {
    for (const { refundId } of cancelledRefunds) {
      answer(tables, ['refund', refundId], { status: 'ended', at: recordedAt });
    }
  },

  FeeSweepProposed: () => undefined,
  FeeSweepOrdered: (event, tables) => {
    const { feeSweepId: targetId, agreementId, reference, amountCents } = event.data;
    expect(tables, event, { kind: 'feeSweep', targetId, agreementId, reference, amountCents });
  },
  FeeSweepBooked: (event, tables) => {
    const { feeSweepId, amountCents } = event.data;
    answer(tables, ['feeSweep', feeSweepId], { status: 'booked', at: event.recordedAt });
    keepLedger(tables, event, 0 - amountCents);
  },
  FeeSweepCancelled: ({ data, recordedAt }, tables) =>
    answer(tables, ['feeSweep', data.feeSweepId], { status: 'ended', at: recordedAt }),
  FeeSweepReturned: (event, tables) => {
    const { feeSweepId, amountCents } = event.data;
    answer(tables, ['feeSweep', feeSweepId], { status: 'returned', at: event.recordedAt });
    keepLedger(tables, event, amountCents);
  },

  DebtRepaid: (event, tables) => keepLedger(tables, event, event.data.amountCents),
};

function expect(
  { bankExpected }: BankTables,
  { recordedAt }: RecordedEvent,
  expected: Pick<ExpectedRow, 'kind' | 'targetId' | 'reference' | 'amountCents'> &
    Partial<Pick<ExpectedRow, 'agreementId' | 'iban' | 'dueOn'>>,
): void {
  const reference = normaliseReference(expected.reference);
  const times = { expectedMs: recordedAt.getTime(), answeredMs: null };
  const blank = { agreementId: '', iban: null, dueOn: null, status: 'expected' } as const;
  bankExpected.put({ ...blank, ...expected, reference, ...times });
}

type Answered = Readonly<{ status: ExpectedRow['status']; at: Date }>;

function answer(
  { bankExpected }: BankTables,
  [kind, targetId]: readonly [ExpectedRow['kind'], string],
  { status, at }: Answered,
): void {
  for (const row of bankExpected.where({ kind, targetId })) {
    bankExpected.put({ ...row, status, answeredMs: row.answeredMs ?? at.getTime() });
  }
}

/** Of this attempt alone: a claim has several. */
function answerPayment(
  { bankExpected }: BankTables,
  event: RecordedEvent & { data: { endToEndId: string } },
  status: ExpectedRow['status'],
): void {
  const row = bankExpected.get(normaliseReference(event.data.endToEndId), 'payment');
  if (row === undefined) return;
  const answeredMs = row.answeredMs ?? event.recordedAt.getTime();
  bankExpected.put({ ...row, status, answeredMs });
}

function answerRefund(
  tables: BankTables,
  event: RecordedEvent<RefundBooked | RefundReturned>,
  status: 'booked' | 'returned',
): void {
  const { refundId, amountCents } = event.data;
  answer(tables, ['refund', refundId], { status, at: event.recordedAt });
  keepLedger(tables, event, status === 'returned' ? amountCents : 0 - amountCents);
}
