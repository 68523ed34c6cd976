import { DomainError } from '@app/kernel';
import { AggregateStore, uuidV5, type CommandContext } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { BankEvidence, EntryPayment } from '../../contract';
import {
  appliedBefore,
  type RecordedEntry,
  type RefusedEffect,
  type TakenEntry,
} from '../../domain/bank/bank-entry';
import { NO_REASON } from '../../domain/bank/matching';
import { feeSweeps } from '../../domain/fee-sweeps/fee-sweeps';
import { payee } from '../../domain/payee/payee';
import { payment } from '../../domain/payment/payment';
import { lastAttempt } from '../../domain/payment/payment.state';
import { refuse } from '../../domain/refuse';
import { AccountViews } from '../../ports/account-views';
import { FundingAtBank, type LineOfAccount } from '../../ports/funding-at-bank';
import { TreasuryFigures } from '../../ports/treasury-figures';
import { PayeeDebts } from '../treasury/payee-debts';
import { AccountLookups } from './account-lookups';
import { machineContext } from './machine-context';

/** An entry whose match or resolution has to take effect. */
export type TakenNow = RecordedEntry & Readonly<{ taken: TakenEntry }>;

/**
 * What an entry does to other streams. Each effect knows the money it is about by its `source`: the
 * entry, and where in it the money begins. So the same money changes nothing twice, in whichever round
 * it comes, and the parts of one entry stay apart.
 */
@Injectable()
export class EntryEffects {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly lookups: AccountLookups,
    private readonly views: AccountViews,
    private readonly funding: FundingAtBank,
    private readonly figures: TreasuryFigures,
    private readonly debts: PayeeDebts,
  ) {}

  /** Answers what had no effect; empty where all had. */
  async apply(state: TakenNow): Promise<readonly RefusedEffect[]> {
    const { resolution, amountCents } = state.taken;
    if (resolution.as !== 'payment' && resolution.as !== 'paymentReturn') {
      const reason = await reasonOf(() => this.#applyWhole(state, resolution.targetId ?? ''));
      return reason === undefined ? [] : [{ amountCents, reason }];
    }
    const refused: RefusedEffect[] = [];
    for (const each of await this.#paymentsOf(state)) {
      const reason = await reasonOf(() => this.#applyPayment(state, each));
      if (reason === undefined) continue;
      refused.push({ amountCents: each.amountCents, reason, payment: each });
    }
    return refused;
  }

  /** A person names the claim, whose last attempt it then is. */
  async #paymentsOf({ taken, entry }: TakenNow): Promise<readonly EntryPayment[]> {
    if (taken.payments) return taken.payments;
    const { amountCents, resolution } = taken;
    const { state } = await this.aggregates.load(payment, resolution.targetId ?? '');
    const endToEndId = state.status === 'none' ? '' : lastAttempt(state).endToEndId;
    const reasonCode = entry.transactions[0]?.returnReason ?? NO_REASON;
    const isReturn = resolution.as === 'paymentReturn';
    return [{ endToEndId, amountCents, ...(isReturn && { reasonCode }) }];
  }

  async #applyPayment(state: TakenNow, each: EntryPayment): Promise<void> {
    const { endToEndId, amountCents, reasonCode = NO_REASON } = each;
    const claim = (await this.lookups.findClaim(endToEndId)) ?? refuse('payment_unknown');
    // A person may try another sum, which is another question than the one that was disputed.
    const part = state.taken.payments ? endToEndId : `${appliedBefore(state)}/${amountCents}`;
    const source = `${state.entryId}/${part}`;
    const data = { endToEndId, amountCents, ...evidenceOf(state, source) };
    const wish =
      state.taken.resolution.as === 'payment'
        ? ({ type: 'SettlePayment', data } as const)
        : ({ type: 'ReturnPayment', data: { ...data, reasonCode } } as const);
    const context = contextOf(state, endToEndId);
    const { events } = await this.aggregates.handle(payment, claim.claimId, wish, context);
    const [told] = events;
    if (told !== undefined && told.type !== 'BookedDebitDisputed') return;
    await this.#assertExplained(claim.claimId, source);
  }

  /** Whatever was decided on this money, now or before: a dispute moved nothing. */
  async #assertExplained(claimId: string, source: string): Promise<void> {
    const facts = this.aggregates.readEvents(payment, claimId, { direction: 'backwards' });
    for await (const { type, data } of facts) {
      if (!('source' in data) || data.source !== source) continue;
      if (type === 'BookedDebitDisputed') throw new DomainError(data.reason);
      return;
    }
  }

  async #applyWhole(state: TakenNow, targetId: string): Promise<void> {
    const line = lineOf(state);
    const context = contextOf(state, 'whole');
    switch (state.taken.resolution.as) {
      case 'deposit':
        return this.#bookDeposit(state, targetId, line);
      case 'depositRecall':
        return this.funding.bookDeposit(targetId, line, context);
      case 'refund': {
        const agreementId = await this.#agreementOf('refund', targetId);
        return this.funding.bookRefund({ agreementId, refundId: targetId }, line, context);
      }
      case 'feeSweep':
        return this.#bookFeeSweep(targetId, line, context);
      case 'debtRepayment':
        return this.#repayDebt('organisation', targetId, line, context);
      case 'operatorTopUp': {
        const isForAgreement = await this.funding.hasAgreement(targetId);
        if (isForAgreement) return this.#bookDeposit(state, targetId, line);
        return this.#repayDebt('operator', targetId, line, context);
      }
      default:
        // Charges, interest and what is no other money: the entry itself says so, to whoever counts.
        return;
    }
  }

  /** Of a deposit that was announced, or as one of the agreement that nobody had announced. */
  async #bookDeposit(state: TakenNow, targetId: string, line: LineOfAccount): Promise<void> {
    const context = contextOf(state, 'whole');
    if (await this.funding.hasDeposit(targetId)) {
      return this.funding.bookDeposit(targetId, line, context);
    }
    const { entry, entryId, taken, round } = state;
    const { amountCents, bookedOn } = line;
    const named = entry.reference ?? entryId;
    // The first wish to record it may have met another deposit under that reference.
    const bankReference = round === 1 ? named : `${named} ${entryId.slice(0, 8)}-${round}`;
    const actor = { ...context.actor, id: taken.people?.proposedBy ?? context.actor.id };
    const depositId = await this.funding.recordDeposit(
      { agreementId: targetId, amountCents, bankReference, valueOn: entry.valueOn ?? bookedOn },
      { ...contextOf(state, 'deposit'), actor },
    );
    await this.funding.bookDeposit(depositId, line, context);
  }

  async #bookFeeSweep(
    feeSweepId: string,
    { direction, amountCents, ...evidence }: LineOfAccount,
    context: CommandContext,
  ): Promise<void> {
    const agreementId = await this.#agreementOf('feeSweep', feeSweepId);
    const type = direction === 'debit' ? 'BookFeeSweep' : 'ReturnFeeSweep';
    const wish = { type, data: { feeSweepId, amountCents, ...evidence } } as const;
    await this.aggregates.handle(feeSweeps, agreementId, wish, context);
  }

  async #repayDebt(
    repaidBy: 'organisation' | 'operator',
    organisationId: string,
    { direction: _, amountCents, ...evidence }: LineOfAccount,
    context: CommandContext,
  ): Promise<void> {
    const debts = await this.debts.ask(organisationId);
    const data = { organisationId, repaidBy, amountCents, debts, ...evidence };
    const wish = { type: 'RepayDebt', data } as const;
    await this.aggregates.handle(payee, organisationId, wish, context);
  }

  async #agreementOf(kind: 'refund' | 'feeSweep', targetId: string): Promise<string> {
    return (await this.figures.findAgreementOf(kind, targetId)) ?? refuse('target_unknown');
  }
}

/** Undefined where it had its effect. */
async function reasonOf(effect: () => Promise<void>): Promise<string | undefined> {
  try {
    await effect();
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

function lineOf(state: TakenNow): LineOfAccount {
  const source = `${state.entryId}/${appliedBefore(state)}`;
  const { direction } = state.entry;
  return { amountCents: state.taken.amountCents, direction, ...evidenceOf(state, source) };
}

const evidenceOf = (
  { entry, entryId, statementId }: TakenNow,
  source: string,
): BankEvidence & { bookedOn: string } => ({
  source,
  statementReference: `${statementId}/${entry.reference ?? entryId}`,
  bookedOn: entry.bookedOn ?? '',
});

const contextOf = ({ entryId, round }: TakenNow, step: string): CommandContext =>
  machineContext(uuidV5(entryId, `effect/${round}/${step}`), entryId);
