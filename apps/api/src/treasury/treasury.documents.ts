import { documents, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const SWEEP_STATUS = oneOf('proposed', 'ordered', 'booked', 'cancelled', 'returned');

const FEE_SWEEP = {
  ...{ feeSweepId: IDS.feeSweep, agreementId: IDS.agreement, amountCents: 14_000 },
  ...{ status: SWEEP_STATUS, proposedBy: 'person-1', proposedAt: '2026-03-02T09:00:00.000Z' },
  ...{ approvedBy: orNull('person-2'), reference: orNull('FS01980A3D94A573B6AC7D8E9FA0B1C2D3') },
  ...{ bookedOn: orNull('2026-03-03'), statementReference: orNull('RELEVE-2026-03-03/SWEEP') },
  reason: orNull('Not carried out at the bank'),
};

const DEBT = {
  ...{ organisationId: IDS.organisation, debtCents: 2_000, nettedCents: 0, owedCents: 0 },
  ...{ sinceOn: orNull('2026-03-09'), leftOn: orNull('2026-03-31') },
  ...{ recoverUntilOn: orNull('2026-05-30'), toTopUpCents: 0 },
};

const PARTS = {
  ...{ cashByEventsCents: 500_000, typedDepositsCents: 0, unresolvedEntriesCents: 0 },
  operatorPositionCents: -1_250,
};

const COMPARED = {
  ...{ on: '2026-03-02', bankBalanceCents: 498_750, ...PARTS },
  ...{ bookedOutsideCents: 0, differenceCents: 0 },
};

const FEES = ['not_found', 'fees_exceeded'];

export const TREASURY = documents('treasury', {
  proposeFeeSweep: {
    does: "Proposes that the operator's fee leaves the ring-fenced account.",
    more: 'At most what an agreement has earned, less what is swept or ordered and what it lacks.',
    asks: { agreementId: IDS.agreement, amountCents: 14_000 },
    answers: { feeSweepId: IDS.feeSweep, status: oneOf('proposed') },
    refuses: FEES,
  },
  approveFeeSweep: {
    does: 'Approves a fee sweep, by another person than who proposed it.',
    more: 'From then on it may be entered at the bank, under the reference that is answered.',
    answers: {
      ...{ feeSweepId: IDS.feeSweep, status: oneOf('ordered') },
      reference: 'FS01980A3D94A573B6AC7D8E9FA0B1C2D3',
    },
    refuses: [...FEES, 'fee_sweep_unknown', 'same_person', 'already_so'],
  },
  cancelFeeSweep: {
    does: 'Records that a fee sweep was not carried out and will not be.',
    asks: { reason: 'Not carried out at the bank' },
    answers: { feeSweepId: IDS.feeSweep, status: oneOf('cancelled') },
    refuses: ['not_found', 'fee_sweep_unknown', 'fee_sweep_state', 'already_so'],
  },
  listFeeSweeps: { does: 'Lists fee sweeps, by their state.', item: FEE_SWEEP },
  getFeeSweep: { does: 'Tells of a fee sweep.', answers: FEE_SWEEP },
  getDebt: {
    does: 'Tells what an organisation owes back, by agreement and place, and what was decided of it.',
    more:
      'A debt comes from redemptions cancelled after they were paid. Runs net it with what the ' +
      'organisation is owed: `nettedCents` is in a run that the bank has not answered.',
    answers: {
      ...DEBT,
      ...{ repaidCents: 0, toppedUpCents: 0 },
      parts: [
        {
          ...{ agreementId: IDS.agreement, placeId: IDS.place, debtCents: 2_000, nettedCents: 0 },
          sinceOn: orNull('2026-03-09'),
        },
      ],
      writeOffs: [
        {
          ...{ writeOffId: IDS.writeOff, amountCents: 2_000, reason: 'In liquidation' },
          status: oneOf('proposed', 'decided'),
          proposedAt: '2026-05-11T09:00:00.000Z',
          decidedAt: orNull('2026-05-12T09:00:00.000Z'),
        },
      ],
    },
  },
  listDebtors: {
    does: 'Lists organisations that owe money back.',
    more:
      '`overdue`: it left, and has not repaid within 60 days. `toTopUpCents`: of the debt, what the ' +
      'operator has to pay, since it was written off.',
    item: { ...DEBT, overdue: false },
  },
  proposeWriteOff: {
    does: 'Proposes that the operator pays what an organisation owes.',
    asks: { amountCents: 2_000, reason: 'In liquidation' },
    answers: { writeOffId: IDS.writeOff, status: oneOf('proposed') },
    refuses: ['not_found', 'debt_exceeded'],
  },
  approveWriteOff: {
    does: 'Approves a write-off, by another person than who proposed it.',
    more:
      'Refused where the debt has become smaller than what is to be written off: propose what is ' +
      "left. Nothing moves before the operator's top-up is booked on the ring-fenced account.",
    answers: { writeOffId: IDS.writeOff, status: oneOf('decided') },
    refuses: ['not_found', 'write_off_unknown', 'same_person', 'already_so', 'debt_exceeded'],
  },
  recordLeaving: {
    does: 'Records that an organisation leaves the scheme.',
    more: 'Its last line is paid whatever the minimum; what it owes is due within 60 days.',
    asks: { leftOn: '2026-03-31' },
    answers: { organisationId: IDS.organisation, recoverUntilOn: '2026-05-30' },
    refuses: ['not_found', 'already_so'],
  },
  getSolvency: {
    does: 'Holds the balance that the bank states against the ledger, now or as of an instant.',
    more:
      'In all, at the end of the last day up to which statements follow one another: bankBalance = ' +
      'cashByEvents − typedDeposits + unresolvedEntries + operatorPosition − bookedOutside + ' +
      'difference. `not_reported`: no such day, hence no verdict; `gap` says between which days a ' +
      'statement is missing. Per funder: cash + owedByPlaces + shortfall = liabilities + unsweptFees; ' +
      'a funder is told of itself.',
    answers: {
      inAll: {
        status: oneOf('agrees', 'differs', 'not_reported'),
        ...PARTS,
        ...{ on: orNull('2026-03-02'), bankBalanceCents: orNull(498_750) },
        ...{ bookedOutsideCents: orNull(0), differenceCents: orNull(0) },
        gap: orNull({ afterOn: orNull('2026-03-02'), beforeOn: '2026-03-04' }),
      },
      funders: [
        {
          ...{ funderId: IDS.funder, cashCents: 500_000, unconfirmedCents: 0 },
          ...{ liabilitiesCents: 486_000, coverageBasisPoints: 10_288, shortfallCents: 0 },
          ...{ owedByPlacesCents: 0, unsweptFeesCents: 14_000 },
        },
      ],
    },
  },
  listSolvencyDays: {
    does: 'Lists the days whose balance the bank has stated, by what is known now.',
    item: COMPARED,
  },
  listSolvencyAlarms: {
    does: 'Lists the days on which the bank and the ledger differed, the latest first.',
    more: 'A difference of 0 is one that is gone.',
    item: {
      ...{ on: '2026-03-02', differenceCents: -100, bankBalanceCents: 498_750 },
      ...{ differedAt: '2026-03-03T05:00:00.000Z', comparedAt: '2026-03-03T05:00:00.000Z' },
      told: 1,
    },
  },
});
