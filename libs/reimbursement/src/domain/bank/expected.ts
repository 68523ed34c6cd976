import type { BankEntry, Resolution } from '../../contract';
import { type Candidate, proposeCandidate } from './matching';

/** What the account is expected to show, or has shown, under a reference of ours. */
export type ExpectedEntry = Readonly<{
  kind: 'payment' | 'deposit' | 'refund' | 'feeSweep';
  targetId: string;
  agreementId: string;
  amountCents: number;
  /** Of the account that is paid, where it is known. */
  iban: string | null;
  status: 'expected' | 'booked' | 'rejected' | 'returned' | 'ended';
}>;

/** Why an entry that names one of our references waits for a person all the same. */
type Doubt =
  'several_references' | 'amount_differs' | 'already_booked' | 'not_expected' | 'other_direction';

export type Judged =
  | Readonly<{ match: Resolution }>
  | Readonly<{ match: undefined; reason: Doubt; guess: Resolution }>;

/**
 * What an entry is that names references of ours: what was announced under the one of them, if sum and
 * direction agree and nothing else has been booked for it. Undefined where nothing was announced.
 */
export function judgeExpected(
  entry: BankEntry,
  found: readonly ExpectedEntry[],
): Judged | undefined {
  const targets = new Map(found.map((each) => [`${each.kind} ${each.targetId}`, each]));
  const [expected, other] = targets.values();
  if (expected === undefined) return undefined;
  const guess = resolutionOf(expected, entry);
  const doubt = other === undefined ? doubtOf(expected, entry) : 'several_references';
  return doubt === undefined ? { match: guess } : { match: undefined, reason: doubt, guess };
}

function doubtOf(
  { kind, amountCents, status }: ExpectedEntry,
  entry: BankEntry,
): Doubt | undefined {
  if (amountCents !== entry.amountCents) return 'amount_differs';
  const first = kind === 'deposit' ? 'credit' : 'debit';
  if (entry.direction === first) {
    if (status === 'expected') return undefined;
    return status === 'ended' ? 'not_expected' : 'already_booked';
  }
  // A deposit's recall has no reference of ours: the machine does not take money back by itself.
  if (kind === 'deposit' || kind === 'payment') return 'other_direction';
  return status === 'booked' ? undefined : 'not_expected';
}

/**
 * A guess for a person where no reference of ours is named: the one thing of this amount that is
 * expected, or what was paid to the account that the money comes from.
 */
export function guessByAmount(
  entry: BankEntry,
  { expected, booked }: Record<'expected' | 'booked', readonly ExpectedEntry[]>,
): Readonly<{ resolution: Resolution; reason: string }> | undefined {
  const isCredit = entry.direction === 'credit';
  const ibans = new Set(entry.transactions.map(({ counterpartyIban }) => counterpartyIban));
  const possible = isCredit
    ? [
        ...expected.filter(({ kind }) => kind === 'deposit'),
        ...booked.filter(
          ({ kind, iban }) => kind === 'payment' && iban !== null && ibans.has(iban),
        ),
      ]
    : expected.filter(({ kind }) => kind !== 'deposit');
  const best = proposeCandidate(entry, possible.map(candidateOf));
  const found = best && possible.find(({ targetId }) => targetId === best.targetId);
  return found && { resolution: resolutionOf(found, entry), reason: best.reason };
}

const candidateOf = ({ targetId, amountCents, iban }: ExpectedEntry): Candidate => ({
  targetId,
  amountCents,
  ...(iban !== null && { iban }),
});

function resolutionOf(expected: ExpectedEntry, { direction }: BankEntry): Resolution {
  const { kind, targetId, agreementId, status } = expected;
  if (kind === 'payment') {
    return { as: direction === 'debit' ? 'payment' : 'paymentReturn', targetId };
  }
  if (kind !== 'deposit') return { as: kind, targetId };
  if (direction === 'debit') return { as: 'depositRecall', targetId };
  // Booked before, or taken back: it is other money of the same agreement.
  return { as: 'deposit', targetId: status === 'expected' ? targetId : agreementId };
}
