import { sumCents } from '@app/kernel';
import { AggregateStore, uuidV5, type CommandContext } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { BankTexts } from '../../adapters/bank-texts';
import type { BankEntry, EntryPayment, Resolution } from '../../contract';
import { bankEntry, type RecordedEntry } from '../../domain/bank/bank-entry';
import { guessByAmount, judgeExpected } from '../../domain/bank/expected';
import { matchEntry, type Match } from '../../domain/bank/matching';
import { AccountViews } from '../../ports/account-views';
import { AccountLookups } from './account-lookups';
import { machineContext } from './machine-context';

/** What the machine found: it matched, or a person has to look. */
export type MatchOutcome =
  Readonly<{ verdict: 'matched' }> | Readonly<{ verdict: 'waiting'; reason: string }>;

/** One append of the event store holds 1 MiB. */
const PAYMENTS_MAX = 8_000;

/** Matches an entry by our own ids and references; what it cannot, it guesses at for a person. */
@Injectable()
export class EntryMatching {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly lookups: AccountLookups,
    private readonly views: AccountViews,
    private readonly texts: BankTexts,
  ) {}

  /** Safe to run again: the same round of the same entry is one wish. @throws PaymentNotOrdered. */
  async match(state: RecordedEntry): Promise<MatchOutcome> {
    if (state.status !== 'open') return { verdict: 'matched' };
    // Those that had no effect before, as they were: what was applied of the entry is not its any more.
    if (state.refused.length > 0) return this.#retake(state);
    if (state.openCents !== state.entry.amountCents) return PARTLY_RESOLVED;
    const entry = await this.texts.open(state, state.entry);
    const matched = matchEntry(entry, await this.lookups.knownOf(entry));
    switch (matched.as) {
      case 'payments':
        return this.#takePayments(state, 'payment', matched.payments);
      case 'paymentReturns':
        return this.#takePayments(state, 'paymentReturn', matched.returns);
      case 'byReference':
        return this.#matchReference(state, entry, matched);
      case 'person':
        return { verdict: 'waiting', reason: matched.reason };
    }
  }

  async #retake(state: RecordedEntry): Promise<MatchOutcome> {
    const refusedCents = sumCents(state.refused.map(({ amountCents }) => amountCents));
    if (refusedCents !== state.openCents) return PARTLY_RESOLVED;
    const as = state.entry.direction === 'debit' ? 'payment' : 'paymentReturn';
    return this.#takePayments(state, as, state.refused);
  }

  async #takePayments(
    state: RecordedEntry,
    as: 'payment' | 'paymentReturn',
    payments: readonly EntryPayment[],
  ): Promise<MatchOutcome> {
    if (payments.length > PAYMENTS_MAX) return { verdict: 'waiting', reason: 'too_many_payments' };
    const [only, ...others] = payments;
    const claim = only && others.length === 0 && (await this.lookups.findClaim(only.endToEndId));
    const resolution = { as, ...(claim && { targetId: claim.claimId }) };
    return this.#take(state, { resolution, payments });
  }

  async #matchReference(
    state: RecordedEntry,
    entry: BankEntry,
    { references }: Extract<Match, { as: 'byReference' }>,
  ): Promise<MatchOutcome> {
    const judged = judgeExpected(entry, this.views.findExpected(references));
    if (judged?.match) return this.#take(state, { resolution: judged.match });
    if (judged) {
      await this.#propose(state, { resolution: judged.guess, reason: judged.reason });
      return { verdict: 'waiting', reason: judged.reason };
    }
    const expected = this.views.listExpectedOf(entry.amountCents, 'expected');
    const booked = this.views.listExpectedOf(entry.amountCents, 'booked');
    const guess = guessByAmount(entry, { expected, booked });
    if (guess) await this.#propose(state, guess);
    return { verdict: 'waiting', reason: 'no_match' };
  }

  async #take(
    { entryId, round }: RecordedEntry,
    data: Readonly<{ resolution: Resolution; payments?: readonly EntryPayment[] }>,
  ): Promise<MatchOutcome> {
    const context = contextOf(entryId, `match/${round}`);
    await this.aggregates.handle(bankEntry, entryId, { type: 'MatchEntry', data }, context);
    return { verdict: 'matched' };
  }

  async #propose(
    { entryId, round }: RecordedEntry,
    data: Readonly<{ resolution: Resolution; reason: string }>,
  ): Promise<void> {
    const { as, targetId = '' } = data.resolution;
    const context = contextOf(entryId, `guess/${round}/${data.reason}/${as}/${targetId}`);
    await this.aggregates.handle(bankEntry, entryId, { type: 'ProposeMatch', data }, context);
  }
}

/** Two people have begun with it, and go on. */
const PARTLY_RESOLVED: MatchOutcome = { verdict: 'waiting', reason: 'partly_resolved' };

const contextOf = (entryId: string, step: string): CommandContext =>
  machineContext(uuidV5(entryId, step), entryId);
