import type {
  BankEntryRow,
  BankReportRow,
  ExpectedRow,
  JudgedItem,
  Reconciliation,
} from '@app/read-models';
import { BankQueries } from '@app/read-models';
import type { TransactionText } from '@app/reimbursement/contract';
import { BankTexts, type TextReader } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';
import { sentenceOf } from './bank-reasons';

/** A report as the lists show it; what is not known yet is null. */
export const reportOf = (report: BankReportRow) => {
  const { reportId, status, kind, messageId, createdAt, sha256, bytes, receivedAt } = report;
  const { reasons, items, matched, waiting, duplicate, notBooked, noted, erasedAt } = report;
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
      erasedAt,
    },
  };
};

export type ItemAnswer = ReturnType<typeof itemOf>;
export type EntryAnswer = ReturnType<typeof entryOf>;

/** Entries as finance sees them, with the words of the bank as long as these are kept. */
@Injectable()
export class BankAnswers {
  constructor(
    private readonly views: BankQueries,
    private readonly texts: BankTexts,
  ) {}

  async wholeReportOf(report: BankReportRow, items: readonly JudgedItem[]) {
    const { reasons } = report;
    return { ...reportOf(report), reasons, entries: await this.itemsOf(items) };
  }

  async itemsOf(items: readonly JudgedItem[]): Promise<ItemAnswer[]> {
    const reader = this.texts.reader();
    const answers: ItemAnswer[] = [];
    for (const each of items) {
      const { entry } = each;
      answers.push(itemOf(each, entry && entryOf(entry, await this.#textOf(entry, reader))));
    }
    return answers;
  }

  async entriesOf(entries: readonly BankEntryRow[]): Promise<EntryAnswer[]> {
    const reader = this.texts.reader();
    const answers: EntryAnswer[] = [];
    for (const entry of entries) answers.push(entryOf(entry, await this.#textOf(entry, reader)));
    return answers;
  }

  async reconciliationOf(found: Reconciliation) {
    const { unmatchedEntries, unmatchedPayments, lateDeposits } = found;
    const entries = await this.entriesOf(unmatchedEntries);
    return {
      ...found,
      unmatchedEntries: entries.map((entry, index) => {
        return { ...entry, unmatchedCents: unmatchedEntries[index]?.unmatchedCents ?? 0 };
      }),
      unmatchedPayments: unmatchedPayments.map(({ targetId, reference, amountCents }) => {
        return { paymentId: targetId, endToEndId: reference.toLowerCase(), amountCents };
      }),
      lateDeposits: lateDeposits.map(lateDepositOf),
    };
  }

  async #textOf({ entryId }: BankEntryRow, reader: TextReader): Promise<TransactionText> {
    const row = this.views.findText(entryId);
    return row ? reader.read(row) : {};
  }
}

/** An item with its verdict, and what became of the entry since. */
const itemOf = (
  { item, verdict, reason, endToEndId, acknowledgedBy }: JudgedItem,
  entry: EntryAnswer | null,
) => ({
  ...{ item, verdict, reason, detail: sentenceOf(reason), endToEndId },
  acknowledged: acknowledgedBy !== null,
  entryRef: entry?.entryRef ?? null,
  entry,
});

const entryOf = (entry: BankEntryRow, text: TransactionText) => {
  const { entryId: entryRef, reportId, statementId, status, direction, reversal } = entry;
  const { amountCents, openCents, bookedOn, valueOn, reference, transactions, reason } = entry;
  const { guess, guessReason, proposal, resolution } = entry;
  return {
    ...{ entryRef, reportId, statementId, status, direction, reversal, amountCents, openCents },
    ...{ bookedOn, valueOn, reference },
    endToEndId: entry.endToEndId ?? text.endToEndId ?? null,
    counterpartyName: text.counterpartyName ?? null,
    counterpartyIbanMasked: masked(text.counterpartyIban),
    remittance: text.remittance ?? null,
    ...{ transactions, reason, detail: sentenceOf(reason) },
    guess: guess && { ...guess, reason: guessReason ?? '' },
    proposal: proposal && {
      ...proposal.resolution,
      ...{ amountCents: proposal.amountCents, proposedBy: proposal.proposedBy },
    },
    resolution,
  };
};

const lateDepositOf = ({ targetId, agreementId, amountCents, dueOn }: ExpectedRow) => {
  return { depositId: targetId, agreementId, amountCents, dueOn: dueOn ?? '' };
};

/** Enough to tell two accounts apart, too little to pay to. */
const masked = (iban: string | undefined): string | null =>
  iban === undefined ? null : `${iban.slice(0, 4)}…${iban.slice(-4)}`;
