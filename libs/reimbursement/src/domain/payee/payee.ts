import { addDays, type Command, type Day, type Decider, type Instant, sumCents } from '@app/kernel';
import type { BankEvidence, Component, PayeeFact } from '../../contract';
import { refuse } from '../refuse';
import { allotRepayment } from './allot-repayment';

export type PlaceFraudHold = Command<
  'PlaceFraudHold',
  { organisationId: string; reason: string; placedBy: string; placedAt: Instant }
>;
export type LiftFraudHold = Command<
  'LiftFraudHold',
  { organisationId: string; reason: string; liftedBy: string; liftedAt: Instant }
>;
export type RecordLeaving = Command<
  'RecordLeaving',
  { organisationId: string; leftOn: Day; recordedBy: string }
>;

/** Whether the organisation still has a place that may redeem, as its places' own streams say. */
export type ReviewMembership = Command<
  'ReviewMembership',
  { organisationId: string; isMember: boolean; reviewedOn: Day; recordedBy: string }
>;

/**
 * What the organisation's places owe and are owed, the negative parts being debts, and what had been
 * repaid when it was asked: of what is repaid between asking and deciding the stream knows.
 */
export type Debts = Readonly<{ owed: readonly Component[]; repaid: Repaid }>;

/** Cents repaid so far, by agreement and place: keys by `pairOf`. */
type Repaid = Readonly<Record<string, number>>;

export type RepayDebt = Command<
  'RepayDebt',
  {
    organisationId: string;
    repaidBy: 'organisation' | 'operator';
    amountCents: number;
    debts: Debts;
    bookedOn: Day;
  } & BankEvidence
>;

export type ProposeWriteOff = Command<
  'ProposeWriteOff',
  {
    organisationId: string;
    writeOffId: string;
    amountCents: number;
    reason: string;
    debts: Debts;
    proposedBy: string;
    proposedAt: Instant;
  }
>;
export type DecideWriteOff = Command<
  'DecideWriteOff',
  { writeOffId: string; debts: Debts; decidedBy: string; decidedAt: Instant }
>;

export type PayeeWish =
  | PlaceFraudHold
  | LiftFraudHold
  | RecordLeaving
  | ReviewMembership
  | RepayDebt
  | ProposeWriteOff
  | DecideWriteOff;

type WriteOff = Readonly<{
  organisationId: string;
  amountCents: number;
  proposedBy: string;
  decided: boolean;
}>;

export type Payee = Readonly<{
  fraudHoldBy?: string;
  leftOn?: Day;
  writeOffs: Readonly<Record<string, WriteOff>>;
  /** Of decided write-offs, not yet topped up. */
  toTopUpCents: number;
  repaid: Repaid;
  sources: readonly string[];
}>;

/** Days a debtor that left has, before the operator tops the ring-fenced account up. */
export const RECOVERY_DAYS = 60;

/** What reimbursement decides about an organisation: fraud holds, its leaving, its debts. */
export const payee: Decider<PayeeWish, Payee, PayeeFact> = {
  name: 'payee',
  initialState: { writeOffs: {}, toTopUpCents: 0, repaid: {}, sources: [] },

  decide: (wish, state) => {
    switch (wish.type) {
      case 'PlaceFraudHold':
        if (state.fraudHoldBy !== undefined) return refuse('already_so');
        return [{ type: 'FraudHoldPlaced', data: wish.data }];
      case 'LiftFraudHold':
        if (state.fraudHoldBy === undefined) return refuse('no_fraud_hold');
        if (state.fraudHoldBy === wish.data.liftedBy) return refuse('same_person');
        return [{ type: 'FraudHoldLifted', data: wish.data }];
      case 'RecordLeaving':
        if (state.leftOn !== undefined) return refuse('already_so');
        return [left(wish.data)];
      case 'ReviewMembership':
        return reviewMembership(wish, state);
      case 'RepayDebt':
        return repayDebt(wish, state);
      case 'ProposeWriteOff':
        return proposeWriteOff(wish, state);
      case 'DecideWriteOff':
        return decideWriteOff(wish, state);
    }
  },

  evolve: (state, { type, data }) => {
    switch (type) {
      case 'FraudHoldPlaced':
        return { ...state, fraudHoldBy: data.placedBy };
      case 'FraudHoldLifted': {
        const { fraudHoldBy: _, ...others } = state;
        return others;
      }
      case 'PayeeLeft':
        return { ...state, leftOn: data.leftOn };
      case 'PayeeRejoined': {
        const { leftOn: _, ...others } = state;
        return others;
      }
      case 'DebtRepaid': {
        const toppedUpCents = data.repaidBy === 'operator' ? data.amountCents : 0;
        return {
          ...state,
          toTopUpCents: state.toTopUpCents - toppedUpCents,
          repaid: withRepaid(state.repaid, data.components),
          sources: [...state.sources, data.source],
        };
      }
      case 'WriteOffProposed': {
        const { organisationId, writeOffId, amountCents, proposedBy } = data;
        return withWriteOff(state, writeOffId, {
          ...{ organisationId, amountCents, proposedBy },
          decided: false,
        });
      }
      case 'WriteOffDecided': {
        const writeOff = state.writeOffs[data.writeOffId];
        if (!writeOff) return state;
        const toTopUpCents = state.toTopUpCents + data.amountCents;
        return {
          ...withWriteOff(state, data.writeOffId, { ...writeOff, decided: true }),
          toTopUpCents,
        };
      }
    }
  },
};

/** The last place gone is the organisation's leaving, and the first one back its return. */
function reviewMembership({ data }: ReviewMembership, state: Payee): readonly PayeeFact[] {
  const { organisationId, isMember, reviewedOn, recordedBy } = data;
  if (isMember === (state.leftOn === undefined)) return [];
  return isMember
    ? [{ type: 'PayeeRejoined', data: { organisationId, rejoinedOn: reviewedOn, recordedBy } }]
    : [left({ organisationId, leftOn: reviewedOn, recordedBy })];
}

const left = (data: RecordLeaving['data']): PayeeFact => ({
  type: 'PayeeLeft',
  data: { ...data, recoverUntilOn: addDays(data.leftOn, RECOVERY_DAYS) },
});

function repayDebt({ data }: RepayDebt, state: Payee): readonly PayeeFact[] {
  const { debts, ...repaid } = data;
  if (state.sources.includes(data.source)) return [];
  if (data.repaidBy === 'operator' && data.amountCents > state.toTopUpCents) {
    return refuse('write_off_exceeded', { toTopUpCents: state.toTopUpCents });
  }
  const components = allotRepayment(data.amountCents, owedNow(debts, state));
  return [{ type: 'DebtRepaid', data: { ...repaid, components } }];
}

/** Proposals take nothing yet: the approval looks again. */
function proposeWriteOff({ data }: ProposeWriteOff, state: Payee): readonly PayeeFact[] {
  const { debts, ...proposed } = data;
  if (state.writeOffs[data.writeOffId]) return [];
  refuseMoreThanDebt(data.amountCents, debts, state);
  return [{ type: 'WriteOffProposed', data: proposed }];
}

function decideWriteOff({ data }: DecideWriteOff, state: Payee): readonly PayeeFact[] {
  const { debts, ...decision } = data;
  const writeOff = state.writeOffs[data.writeOffId];
  if (!writeOff) return refuse('write_off_unknown');
  if (writeOff.decided) return refuse('already_so');
  if (writeOff.proposedBy === data.decidedBy) return refuse('same_person');
  const { organisationId, amountCents } = writeOff;
  refuseMoreThanDebt(amountCents, debts, state);
  return [{ type: 'WriteOffDecided', data: { organisationId, amountCents, ...decision } }];
}

/** What is decided already and not topped up is still a debt, and is not written off twice. */
function refuseMoreThanDebt(amountCents: number, debts: Debts, state: Payee): void {
  const debtsNow = owedNow(debts, state).map(({ cents }) => Math.max(0, 0 - cents));
  const debtCents = Math.max(0, sumCents(debtsNow) - state.toTopUpCents);
  if (amountCents > debtCents) refuse('debt_exceeded', { debtCents });
}

const owedNow = ({ owed, repaid }: Debts, state: Payee): readonly Component[] =>
  owed.map((part) => {
    const pair = pairOf(part);
    return { ...part, cents: part.cents + (state.repaid[pair] ?? 0) - (repaid[pair] ?? 0) };
  });

const withRepaid = (repaid: Repaid, components: readonly Component[]): Repaid => {
  const sums: Record<string, number> = { ...repaid };
  for (const part of components) sums[pairOf(part)] = (sums[pairOf(part)] ?? 0) + part.cents;
  return sums;
};

const pairOf = ({ agreementId, placeId }: Component): string => `${agreementId} ${placeId}`;

const withWriteOff = (state: Payee, writeOffId: string, writeOff: WriteOff): Payee => ({
  ...state,
  writeOffs: { ...state.writeOffs, [writeOffId]: writeOff },
});
