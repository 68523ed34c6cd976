import { normaliseReference, sumCents } from '@app/kernel';
import type { BankEntry, BankTransaction, TransactionText } from '../../contract';

/** A line of a payment file, as a batch debit is matched with it. */
export type BatchLine = Readonly<{ endToEndId: string; amountCents: number; rejected: boolean }>;

export type Known = Readonly<{
  /** Whether one of our payments has, or had, this end-to-end id. */
  isOurs: (endToEndId: string) => boolean;
  /** Lines of our file or payment information of that id; undefined where it is not ours. */
  batchOf: (id: string) => readonly BatchLine[] | undefined;
}>;

export type Match =
  | Readonly<{ as: 'payments'; payments: readonly { endToEndId: string; amountCents: number }[] }>
  | Readonly<{
      as: 'paymentReturns';
      returns: readonly { endToEndId: string; amountCents: number; reasonCode: string }[];
    }>
  /** To be looked for among deposits, refunds and sweeps by one of these references. */
  | Readonly<{ as: 'byReference'; references: readonly string[] }>
  | Readonly<{ as: 'person'; reason: 'batch_sum_differs' | 'partly_ours' | 'payment_twice' }>;

/** SEPA's own code for a return without a stated reason. */
export const NO_REASON = 'MS03';

/** What a booked entry is about, as far as our own ids say. Amounts and names decide nothing. */
export function matchEntry(entry: BankEntry, known: Known): Match {
  const { transactions, direction } = entry;
  const ours = transactions.filter((each) => isOurs(each, known));
  if (ours.length > 0) {
    if (ours.length < transactions.length) return { as: 'person', reason: 'partly_ours' };
    const ids = new Set(ours.map(({ endToEndId }) => endToEndId));
    if (ids.size < ours.length) return { as: 'person', reason: 'payment_twice' };
    return direction === 'debit' ? settledOf(ours) : returnsOf(ours);
  }
  const lines = direction === 'debit' ? batchOf(entry, known) : undefined;
  return lines ? matchBatch(entry, lines) : { as: 'byReference', references: referencesOf(entry) };
}

/** Every reference under which a person may have announced the entry, normalised. */
export function referencesOf({
  reference,
  transactions,
}: Readonly<{
  reference?: string;
  transactions: readonly TransactionText[];
}>): readonly string[] {
  const all = [
    reference,
    ...transactions.flatMap(({ endToEndId, remittance }) => [endToEndId, remittance]),
  ];
  return [
    ...new Set(all.flatMap((each) => (each === undefined ? [] : [normaliseReference(each)]))),
  ];
}

export type Candidate = Readonly<{ targetId: string; amountCents: number; iban?: string }>;

/**
 * The one candidate of the same amount and counterparty, or else of the same amount: a guess for a
 * person to look at. Undefined where two fit equally well.
 */
export function proposeCandidate(
  entry: BankEntry,
  candidates: readonly Candidate[],
): (Candidate & { reason: 'amount_and_counterparty' | 'amount' }) | undefined {
  const ibans = new Set(entry.transactions.map(({ counterpartyIban }) => counterpartyIban));
  const ofAmount = candidates.filter(({ amountCents }) => amountCents === entry.amountCents);
  const ofBoth = ofAmount.filter(({ iban }) => iban !== undefined && ibans.has(iban));
  const [best, other] = ofBoth.length > 0 ? ofBoth : ofAmount;
  if (best === undefined || other !== undefined) return undefined;
  return { ...best, reason: ofBoth.length > 0 ? 'amount_and_counterparty' : 'amount' };
}

const isOurs = ({ endToEndId }: BankTransaction, known: Known): boolean =>
  endToEndId !== undefined && known.isOurs(endToEndId);

const settledOf = (transactions: readonly BankTransaction[]): Match => ({
  as: 'payments',
  payments: transactions.map(({ endToEndId = '', amountCents }) => ({ endToEndId, amountCents })),
});

const returnsOf = (transactions: readonly BankTransaction[]): Match => ({
  as: 'paymentReturns',
  returns: transactions.map(({ endToEndId = '', amountCents, returnReason = NO_REASON }) => {
    return { endToEndId, amountCents, reasonCode: returnReason };
  }),
});

const batchOf = (entry: BankEntry, known: Known): readonly BatchLine[] | undefined => {
  const { paymentInformationId, messageId } = entry;
  for (const id of [paymentInformationId, messageId]) {
    const lines = id === undefined ? undefined : known.batchOf(id);
    if (lines) return lines;
  }
  return undefined;
};

/** A batch debit settles all lines that were not rejected, if that is what it adds up to. */
const matchBatch = ({ amountCents }: BankEntry, lines: readonly BatchLine[]): Match => {
  const payments = lines
    .filter(({ rejected }) => !rejected)
    .map((line) => ({ endToEndId: line.endToEndId, amountCents: line.amountCents }));
  const sum = sumCents(payments.map((payment) => payment.amountCents));
  return sum === amountCents
    ? { as: 'payments', payments }
    : { as: 'person', reason: 'batch_sum_differs' };
};
