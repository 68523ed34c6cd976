import type {
  BankEntryRow,
  BankReportRow,
  ExpectedRow,
  JudgedItem,
  Reconciliation,
} from '@app/read-models';
import { sentenceOf } from './bank-reasons';

/** A report as the lists show it; what is not known yet is null. */
export const reportOf = (report: BankReportRow) => {
  const { reportId, status, kind, messageId, createdAt, sha256, bytes, receivedAt } = report;
  const { reasons, items, matched, waiting, duplicate, notBooked, noted } = report;
  return {
    ...{ reportId, status, kind, messageId, createdAt, sha256, bytes, receivedAt },
    ...{
      reason: reasons[0] ?? null,
      detail: sentenceOf(reasons[0] ?? null),
      items,
      matched,
      waiting,
      duplicate,
      notBooked,
      noted,
    },
  };
};

export const wholeReportOf = (report: BankReportRow, items: readonly JudgedItem[]) => ({
  ...reportOf(report),
  reasons: report.reasons,
  entries: items.map(itemOf),
});

/** An item with its verdict, and what became of the entry since. */
export const itemOf = ({
  item,
  verdict,
  reason,
  endToEndId,
  acknowledgedBy,
  entry,
}: JudgedItem) => ({
  ...{ item, verdict, reason, detail: sentenceOf(reason), endToEndId },
  acknowledged: acknowledgedBy !== null,
  entryRef: entry?.entryId ?? null,
  entry: entry && entryOf(entry),
});

export const entryOf = (entry: BankEntryRow) => {
  const { entryId: entryRef, reportId, statementId, status, direction, reversal } = entry;
  const { amountCents, openCents, bookedOn, valueOn, reference, endToEndId } = entry;
  const { counterpartyName, counterpartyIban, remittance, transactions, reason } = entry;
  const { guess, guessReason, proposal, resolution } = entry;
  return {
    ...{ entryRef, reportId, statementId, status, direction, reversal, amountCents, openCents },
    ...{ bookedOn, valueOn, reference, endToEndId, counterpartyName },
    counterpartyIbanMasked: masked(counterpartyIban),
    ...{ remittance, transactions, reason, detail: sentenceOf(reason) },
    guess: guess && { ...guess, reason: guessReason ?? '' },
    proposal: proposal && {
      ...proposal.resolution,
      ...{ amountCents: proposal.amountCents, proposedBy: proposal.proposedBy },
    },
    resolution,
  };
};

export const reconciliationOf = (found: Reconciliation) => ({
  ...found,
  unmatchedEntries: found.unmatchedEntries.map((entry) => {
    return { ...entryOf(entry), unmatchedCents: entry.unmatchedCents };
  }),
  unmatchedPayments: found.unmatchedPayments.map(({ targetId, reference, amountCents }) => {
    return { paymentId: targetId, endToEndId: reference.toLowerCase(), amountCents };
  }),
  lateDeposits: found.lateDeposits.map(lateDepositOf),
});

const lateDepositOf = ({ targetId, agreementId, amountCents, dueOn }: ExpectedRow) => {
  return { depositId: targetId, agreementId, amountCents, dueOn: dueOn ?? '' };
};

/** Enough to tell two accounts apart, too little to pay to. */
const masked = (iban: string | null): string | null =>
  iban && `${iban.slice(0, 4)}…${iban.slice(-4)}`;
