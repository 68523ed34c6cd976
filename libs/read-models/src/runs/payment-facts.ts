import type { Recorded } from '@app/platform';
import type {
  BankEntryApplied,
  BankEntryReopened,
  BankEntryResolved,
  FraudHoldLifted,
  FraudHoldPlaced,
  PayeeLeft,
  PayeeRejoined,
  PaymentFact,
  PaymentRejected,
  PaymentReturned,
} from '@app/reimbursement/contract';
import { change, maskIban } from './run-facts';
import type { PaymentRow, PaymentStepRow, RunFolds, RunTables } from './runs.tables';

/** What people say of a debit that nothing explains. */
type EntryFacts = BankEntryResolved | BankEntryReopened | BankEntryApplied;
type PayeeFacts = FraudHoldPlaced | FraudHoldLifted | PayeeLeft | PayeeRejoined;

/** Claims and their attempts. */
export const PAYMENT_FACTS: RunFolds<PaymentFact | EntryFacts> = {
  PaymentOrdered: (event, tables) => {
    const { claimId, organisationId, runId, version, attempt, endToEndId } = event.data;
    const { amountCents, components, iban } = event.data;
    const known = tables.payments.get(claimId);
    tables.payments.put({
      ...{ disputes: 0, bookedOn: null, ...known, before: known === undefined ? null : of(known) },
      ...{ claimId, organisationId, amountCents, components },
      ...{ status: 'ordered', attempt, endToEndId, runId, version, ibanMasked: maskIban(iban) },
      ...{ granted: false, reasonCode: null },
    });
    keepStep(event, tables, 'ordered', { runId, endToEndId, attempt });
  },
  AttemptWithdrawn: (event, tables) => {
    const { claimId, runId, attempt, endToEndId } = event.data;
    changePayment(tables, claimId, ({ before }) => ({ ...before, before: null, granted: true }));
    keepStep(event, tables, 'withdrawn', { runId, endToEndId, attempt });
  },

  PaymentSettled: (event, tables) => {
    const { claimId, runId, attempt, endToEndId, bookedOn, statementReference } = event.data;
    changePayment(tables, claimId, () => ({ status: 'settled', granted: false, bookedOn }));
    // After a rejection the bank had answered this payment before.
    if (event.data.from === 'inRun') answer(tables, runId);
    const proof = { bookedOn, statementReference };
    keepStep(event, tables, 'settled', { runId, endToEndId, attempt, ...proof });
  },
  PaymentRejected: (event, tables) => {
    const { claimId, runId, attempt, endToEndId, reasonCode, statementReference } = event.data;
    changePayment(tables, claimId, () => ({ status: 'rejected', reasonCode }));
    answer(tables, runId);
    keepBarred(event, tables);
    const proof = { reasonCode, statementReference };
    keepStep(event, tables, 'rejected', { runId, endToEndId, attempt, ...proof });
  },
  PaymentReturned: (event, tables) => {
    const { claimId, runId, attempt, endToEndId, reasonCode, bookedOn } = event.data;
    changePayment(tables, claimId, () => ({ status: 'returned', reasonCode, bookedOn }));
    keepBarred(event, tables);
    const proof = { reasonCode, bookedOn, statementReference: event.data.statementReference };
    keepStep(event, tables, 'returned', { runId, endToEndId, attempt, ...proof });
  },
  LateRejectionKept: (event, tables) => {
    const { runId, attempt, endToEndId, reasonCode, statementReference } = event.data;
    const proof = { reasonCode, statementReference };
    keepStep(event, tables, 'lateRejection', { runId, endToEndId, attempt, ...proof });
  },
  BookedDebitDisputed: (event, tables) => {
    const { claimId, runId, attempt, endToEndId, reason, bookedOn, source } = event.data;
    // An entry's effect on one of several payments is named with it: `{entryId}/{endToEndId}`.
    const [entryId = source] = source.split('/');
    tables.disputes.put({ entryId, endToEndId, claimId, decided: false });
    changePayment(tables, claimId, ({ disputes }) => ({ disputes: disputes + 1 }));
    const proof = { bookedOn, statementReference: event.data.statementReference };
    const dispute = { dispute: reason, ...proof };
    keepStep(event, tables, 'disputed', { runId, endToEndId, attempt, ...dispute });
  },

  BankEntryResolved: ({ data: { entryId } }, tables) => {
    for (const row of tables.disputes.where({ entryId })) {
      tables.disputes.put({ ...row, decided: true });
    }
  },
  BankEntryReopened: ({ data: { entryId } }, tables) => {
    for (const row of tables.disputes.where({ entryId })) {
      tables.disputes.put({ ...row, decided: false });
    }
  },
  // What the machine applies of the same entry on its own ends no dispute about another part of it.
  BankEntryApplied: ({ data: { entryId } }, tables) => {
    for (const { claimId, endToEndId, decided } of tables.disputes.where({ entryId })) {
      if (!decided) continue;
      changePayment(tables, claimId, ({ disputes }) => ({ disputes: disputes - 1 }));
      tables.disputes.delete(entryId, endToEndId);
    }
  },

  RepresentmentGranted: (event, tables) => {
    const { claimId, nextAttempt, evidence } = event.data;
    changePayment(tables, claimId, () => ({ granted: true }));
    const proof = { endToEndId: evidence.endToEndId, statementReference: evidence.reference };
    keepStep(event, tables, 'representmentGranted', { attempt: nextAttempt - 1, ...proof });
  },
  ClaimReleased: (event, tables) => {
    const { claimId, runId } = event.data;
    const { attempt } = changePayment(tables, claimId, () => ({
      status: 'released',
      granted: false,
    }));
    keepStep(event, tables, 'released', { runId, attempt });
  },
};

/** What a run heeds of what was decided about an organisation. */
export const PAYEE_FACTS: RunFolds<PayeeFacts> = {
  FraudHoldPlaced: ({ position, data }, tables) => {
    const { organisationId, placedAt: at, placedBy: by, reason } = data;
    tables.payeeSteps.put({ organisationId, position, step: 'fraudHoldPlaced', at, by, reason });
  },
  FraudHoldLifted: ({ position, data }, tables) => {
    const { organisationId, liftedAt: at, liftedBy: by, reason } = data;
    tables.payeeSteps.put({ organisationId, position, step: 'fraudHoldLifted', at, by, reason });
  },
  PayeeLeft: ({ position, recordedAt, data }, tables) => {
    const { organisationId, recordedBy: by } = data;
    const at = recordedAt.toISOString();
    tables.payeeSteps.put({ organisationId, position, step: 'left', at, by, reason: null });
  },
  PayeeRejoined: ({ position, recordedAt, data }, tables) => {
    const { organisationId, recordedBy: by } = data;
    const at = recordedAt.toISOString();
    tables.payeeSteps.put({ organisationId, position, step: 'rejoined', at, by, reason: null });
  },
};

const changePayment = (
  tables: RunTables,
  claimId: string,
  changeOf: (row: PaymentRow) => Partial<PaymentRow>,
): PaymentRow => {
  const row = tables.payments.get(claimId);
  if (row === undefined) throw new Error(`payment ${claimId} goes on before it is ordered`);
  const after = { ...row, ...changeOf(row) };
  tables.payments.put(after);
  return after;
};

const of = (row: PaymentRow): PaymentRow['before'] => {
  const { status, attempt, endToEndId, runId, version, ibanMasked, reasonCode } = row;
  return { status, attempt, endToEndId, runId, version, ibanMasked, reasonCode };
};

const answer = (tables: RunTables, runId: string): void =>
  change(tables, runId, ({ unanswered }) => ({ unanswered: unanswered - 1 }));

const keepBarred = (
  { position, data }: Recorded<PaymentRejected | PaymentReturned>,
  tables: RunTables,
): void => {
  const { organisationId, iban, accountBarred } = data;
  if (accountBarred) tables.barredAccounts.put({ organisationId, position, iban });
};

const NOTHING_MORE = {
  ...{ endToEndId: null, runId: null, bookedOn: null, reasonCode: null },
  ...{ statementReference: null, dispute: null },
};

const keepStep = (
  { position, recordedAt, data }: Recorded<PaymentFact>,
  tables: RunTables,
  step: PaymentStepRow['step'],
  more: Partial<PaymentStepRow> & Pick<PaymentStepRow, 'attempt'>,
): void => {
  const { claimId, organisationId } = data;
  const at = { at: recordedAt.toISOString(), atMs: recordedAt.getTime() };
  tables.paymentSteps.put({
    ...{ ...NOTHING_MORE, ...more, ...at },
    ...{ claimId, organisationId, position, step },
  });
};
