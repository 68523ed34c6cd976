import { hash } from 'node:crypto';
import {
  ApproveRefund,
  CloseAgreement,
  ConfirmDeposit,
  ProposeRefund,
  RecallDeposit,
  RecordDeposit,
  SendRefund,
} from '@app/funding';
import {
  ApproveFeeSweep,
  ApproveResolution,
  ApproveRun,
  ApproveWriteOff,
  CancelFeeSweep,
  LiftFraudHold,
  OpenRun,
  PlaceFraudHold,
  PrepareRun,
  ProposeFeeSweep,
  ProposeWriteOff,
  RecordLeaving,
  ProposeResolution,
  ReceiveBankReport,
  RejectRun,
  RepresentPayment,
} from '@app/reimbursement';
import type { Resolution } from '@app/reimbursement/contract';
import { approver, operator, preparer, second, verifier } from './cast';
import type { Weighted, Wish } from './town';

const typeDeposit: Wish = ({ known, chance, desk, clock, bank }) => {
  const agreement = chance.pick(known.agreements);
  if (agreement === undefined) return undefined;
  const [today, { agreementId }] = [clock.today(), agreement];
  const amountCents = chance.one([104_800, 52_400, 60_000, 20_000]);
  const bankReference = `VIR ${chance.below(400)}`;
  // Some money never comes, and some is another sum.
  if (chance.falls(7_500)) {
    const booked = chance.falls(500) ? amountCents - 1 : amountCents;
    const credit = { direction: 'credit', on: today, name: 'Financeur' } as const;
    bank.put({ ...credit, amountCents: booked, remittance: bankReference });
  }
  if (chance.falls(2_000)) return undefined;
  return desk.want(preparer, RecordDeposit, {
    agreementId,
    amountCents,
    bankReference,
    valueOn: today,
  });
};

const confirmDeposit: Wish = ({ known, chance, desk }) => {
  const deposit = chance.pick(known.deposits);
  if (deposit === undefined) return undefined;
  const { depositId } = deposit;
  return desk.want(approver, ConfirmDeposit, { depositId, statementReference: 'CAMT 1' });
};

const recallDeposit: Wish = ({ known, chance, desk, bank, clock }) => {
  const deposit = chance.pick(known.deposits);
  if (deposit === undefined) return undefined;
  const { depositId, amountCents, bankReference } = deposit;
  if (chance.falls(5_000)) {
    const debit = { direction: 'debit', on: clock.today(), name: 'Financeur' } as const;
    bank.put({ ...debit, amountCents, remittance: bankReference });
  }
  return desk.want(approver, RecallDeposit, { depositId, reason: 'rappel' });
};

const holdForFraud: Wish = ({ known, chance, desk }) => {
  const organisationId = chance.pick(known.organisationIds);
  if (organisationId === undefined) return undefined;
  const about = { organisationId, reason: 'examen' };
  return desk.want(approver, chance.falls(3_000) ? PlaceFraudHold : LiftFraudHold, about);
};

const openRun: Wish = ({ desk }) => desk.want(preparer, OpenRun, {});

const judgeRun: Wish = ({ known, chance, desk }) => {
  const { runId, linesSha256, status } = [...known.runs.values()].at(-1) ?? {};
  if (runId === undefined || linesSha256 === undefined) return undefined;
  if (status === 'released') return desk.want(preparer, PrepareRun, { runId });
  if (status !== 'prepared' && chance.falls(9_000)) return undefined;
  if (chance.falls(1_000)) return desk.want(approver, RejectRun, { runId, reason: 'faux' });
  const who = chance.one([approver, approver, second, verifier]);
  return desk.want(who, ApproveRun, { runId, linesSha256 });
};

const represent: Wish = ({ known, chance, desk }) => {
  const failed = [...known.claims.values()].filter(({ status }) => status === 'failed');
  const claim = chance.pick(failed);
  if (claim === undefined) return undefined;
  const { claimId, endToEndId } = claim;
  const evidence = { endToEndId, reference: 'courrier' };
  return desk.want(preparer, RepresentPayment, { claimId, evidence });
};

const proposeRefund: Wish = ({ known, chance, desk }) => {
  const agreement = chance.pick(known.agreements);
  const account = known.funderAccounts.find(({ funderId }) => funderId === agreement?.funderId);
  if (agreement === undefined || account === undefined) return undefined;
  const { agreementId } = agreement;
  const { bankAccountId } = account;
  const amountCents = chance.one([5_000, 20_000]);
  return desk.want(preparer, ProposeRefund, { agreementId, amountCents, bankAccountId });
};

const goOnWithRefund: Wish = ({ known, chance, desk, bank, clock }) => {
  const refund = chance.pick(known.refunds);
  if (refund === undefined) return undefined;
  const { agreementId, refundId, reference } = refund;
  if (reference === undefined) return desk.want(approver, ApproveRefund, { agreementId, refundId });
  if (chance.falls(3_000)) {
    const amountCents = chance.one([5_000, 20_000]);
    const debit = { direction: 'debit', on: clock.today(), name: 'Financeur' } as const;
    bank.put({ ...debit, amountCents, remittance: reference });
  }
  return desk.want(preparer, SendRefund, { agreementId, refundId });
};

const sweepFees: Wish = ({ known, chance, desk, bank, clock }) => {
  const sweep = chance.falls(6_000) ? chance.pick(known.sweeps) : undefined;
  if (sweep === undefined) {
    const agreementId = chance.pick(known.agreements)?.agreementId;
    if (agreementId === undefined) return undefined;
    const amountCents = chance.one([500, 1_000, 1_500]);
    return desk.want(preparer, ProposeFeeSweep, { agreementId, amountCents });
  }
  const { reference, ...about } = sweep;
  if (reference === undefined) return desk.want(approver, ApproveFeeSweep, about);
  const amountCents = chance.one([500, 1_000, 1_500]);
  const debit = { direction: 'debit', on: clock.today(), name: 'Opérateur' } as const;
  bank.put({ ...debit, amountCents, remittance: reference });
  return chance.falls(2_000)
    ? desk.want(preparer, CancelFeeSweep, { ...about, reason: 'plus tard' })
    : undefined;
};

const recover: Wish = ({ known, chance, desk, bank, clock }) => {
  const organisationId = chance.pick(known.organisationIds);
  if (organisationId === undefined) return undefined;
  const writeOff = chance.pick(known.writeOffs);
  if (writeOff && chance.falls(5_000)) return desk.want(approver, ApproveWriteOff, writeOff);
  const leftOn = clock.today();
  if (chance.falls(1_000)) return desk.want(operator, RecordLeaving, { organisationId, leftOn });
  const amountCents = chance.one([1_000, 2_000, 3_000]);
  const credit = { direction: 'credit', on: clock.today(), name: 'Espace' } as const;
  if (chance.falls(5_000)) bank.put({ ...credit, amountCents, remittance: 'remboursement' });
  const lost = { organisationId, amountCents, reason: 'parti' };
  return desk.want(preparer, ProposeWriteOff, lost);
};

const closeAgreement: Wish = ({ known, chance, desk }) => {
  const agreement = chance.pick(known.agreements);
  if (agreement === undefined || chance.falls(5_000)) return undefined;
  return desk.want(operator, CloseAgreement, { agreementId: agreement.agreementId });
};

/** What the bank says is brought by whoever finds it. */
export const bringMessage: Wish = ({ desk, bank }) => {
  const bytes = bank.takeMessage(1_500);
  if (bytes === undefined) return undefined;
  const wanted = desk.want(preparer, ReceiveBankReport, { bytes: Buffer.alloc(0) });
  const requestHash = hash('sha256', bytes, 'hex');
  return { ...wanted, requestHash, wish: (context) => new ReceiveBankReport({ bytes }, context) };
};

const resolveEntry: Wish = ({ known, chance, desk }) => {
  const open = [...known.entries.values()].filter(({ isOpen }) => isOpen);
  const entry = chance.pick(open);
  const agreement = chance.pick(known.agreements);
  if (entry === undefined || agreement === undefined) return undefined;
  const { entryId, proposed, direction } = entry;
  if (proposed !== undefined && chance.falls(8_000)) {
    const resolution = proposed as Resolution;
    return desk.want(approver, ApproveResolution, { entryId, resolution });
  }
  const organisationId = chance.pick(known.organisationIds) ?? '';
  const depositId = chance.pick(known.deposits)?.depositId ?? '';
  const resolution =
    direction === 'credit'
      ? chance.one<Resolution>([
          ...CREDITS_OF(agreement.agreementId),
          { as: 'debtRepayment', targetId: organisationId },
          { as: 'operatorTopUp', targetId: organisationId },
        ])
      : chance.one<Resolution>([
          { as: 'bankCharge' },
          { as: 'depositRecall', targetId: depositId },
        ]);
  return desk.want(preparer, ProposeResolution, { entryId, resolution });
};

const CREDITS_OF = (agreementId: string): [Resolution, ...Resolution[]] => [
  { as: 'deposit', targetId: agreementId },
  { as: 'deposit', targetId: agreementId },
  { as: 'interest' },
];

/** What finance wants, at its desk and at the bank; each as often as its weight says. */
export const FINANCE_WISHES: readonly Weighted[] = [
  [6, typeDeposit],
  [4, confirmDeposit],
  [1, recallDeposit],
  [1, holdForFraud],
  [2, openRun],
  [12, judgeRun],
  [3, represent],
  [8, bringMessage],
  [1, proposeRefund],
  [2, goOnWithRefund],
  [3, sweepFees],
  [3, recover],
  [1, closeAgreement],
  [4, resolveEntry],
];
