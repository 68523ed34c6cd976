import { hash } from 'node:crypto';
import { addDays } from '@app/kernel';
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
  DeclareBankAccount,
  RestorePlace,
  SuspendPlace,
  VerifyBankAccount,
  WithdrawLabel,
} from '@app/places';
import {
  ApproveResolution,
  ApproveRun,
  LiftFraudHold,
  OpenRun,
  PlaceFraudHold,
  PrepareRun,
  ProposeFeeSweep,
  ProposeResolution,
  ReceiveBankReport,
  RejectRun,
  RepresentPayment,
} from '@app/reimbursement';
import {
  AllocateBooks,
  BlockBook,
  CancelOrder,
  CancelRedemption,
  DeliverOrder,
  DistributeBook,
  OrderBooks,
  RedeemVouchers,
  RequestReplacement,
  ReturnBooks,
  TakeClosingStep,
  TransferBooks,
  UnblockBook,
} from '@app/voucher-books';
import { ibanOf } from '../stories/paying-cast';
import {
  approver,
  funderOf,
  managerOf,
  operator,
  preparer,
  prescriberOf,
  PUBLICS,
  SERVICES,
  second,
  verifier,
} from './cast';
import type { Wanted } from './desk';
import type { KnownOrder } from './known';
import type { Town } from './town';

type Wish = (town: Town) => Wanted | undefined;

/** Somebody wants something; undefined where nobody could think of it yet. */
export function wishOf(town: Town): Wanted | undefined {
  let left = town.chance.below(TOTAL);
  const [, make] = WISHES.find(([weight]) => (left -= weight) < 0) ?? [];
  return make?.(town);
}

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

const orderBooks: Wish = ({ known, chance, desk, clock }) => {
  const agreement = chance.pick(known.agreements);
  if (agreement === undefined) return undefined;
  const { agreementId, funderId } = agreement;
  return desk.want(funderOf(funderId), OrderBooks, {
    agreementId,
    books: chance.one([1, 2, 4, 8]),
    vouchersPerBook: chance.one([5, 5, 5, 10, 10, 7]),
    validUntilOn: addDays(clock.today(), chance.one([3, 20, 40, 60])),
    ...{ graceDays: chance.one([0, 3]), remittanceDays: chance.one([0, 2]) },
  });
};

const ofOrder =
  (make: (town: Town, order: KnownOrder) => Wanted | undefined): Wish =>
  (town) => {
    const order = town.chance.pick([...town.known.orders.values()]);
    return order && make(town, order);
  };

const cancelOrder = ofOrder(({ desk }, { orderId, funderId }) =>
  desk.want(funderOf(funderId), CancelOrder, { orderId, reason: 'trop' }),
);

const deliver = ofOrder(({ desk, clock }, { orderId, funderId, stage }) => {
  if (stage !== 'issued') return undefined;
  return desk.want(funderOf(funderId), DeliverOrder, { orderId, deliveredOn: clock.today() });
});

const allocate = ofOrder(({ known, chance, desk }, { orderId, funderId, range }) => {
  const prescriberId = chance.pick(known.prescriberIds);
  if (prescriberId === undefined || range === undefined) return undefined;
  const books = chance.one([1, 2, 8]);
  return desk.want(funderOf(funderId), AllocateBooks, { orderId, prescriberId, books });
});

const moveStock = ofOrder(({ known, chance, desk }, { orderId, range }) => {
  const [from, to] = [chance.pick(known.prescriberIds), chance.pick(known.prescriberIds)];
  if (from === undefined || to === undefined || range === undefined) return undefined;
  const firstBook = chance.between(range.firstBook, range.lastBook);
  const books = { orderId, firstBook, lastBook: chance.between(firstBook, range.lastBook) };
  if (chance.falls(5_000)) {
    return desk.want(prescriberOf(from), ReturnBooks, { ...books, prescriberId: from });
  }
  const moved = { ...books, fromPrescriberId: from, toPrescriberId: to };
  return desk.want(operator, TransferBooks, moved);
});

const handOut: Wish = ({ known, chance, desk }) => {
  const stocked = [...known.books.values()].filter(({ prescriberId, isHandedOut }) => {
    return prescriberId !== undefined && (!isHandedOut || chance.falls(500));
  });
  const book = chance.pick(stocked);
  if (book?.prescriberId === undefined) return undefined;
  const { prescriberId } = book;
  const handedOut = { book: book.book, prescriberId, public: chance.one(PUBLICS) };
  const some = chance.falls(1_500) ? { vouchers: [1, 2] } : {};
  return desk.want(prescriberOf(prescriberId), DistributeBook, { ...handedOut, ...some });
};

const redeem: Wish = ({ known, chance, desk, clock, codes }) => {
  const handedOut = [...known.books.values()].filter((each) => each.isHandedOut);
  const book = chance.pick(chance.falls(9_500) ? handedOut : [...known.books.values()]);
  const order = book && known.orders.get(book.orderId);
  const place = chance.pick(known.places);
  if (!book || !place || order?.keyId === undefined) return undefined;
  const { keyId, orderId, vouchersPerBook } = order;
  const first = chance.between(1, vouchersPerBook);
  const vouchers = chance.falls(4_000) ? [first, (first % vouchersPerBook) + 1] : [first];
  const typed = vouchers.map((voucher) => {
    return codes.codeOf({ orderId, keyId }, { book: book.book, voucher });
  });
  return desk.want(managerOf(place.organisationId), RedeemVouchers, {
    ...{ placeId: place.placeId, codes: typed, service: chance.one(SERVICES) },
    priceCents: chance.one([2_000, 2_500, 3_000, 500]),
    performedOn: addDays(clock.today(), -chance.one([0, 0, 0, 1, 4])),
    address: '192.0.2.1',
  });
};

const cancelRedemption: Wish = ({ known, chance, desk }) => {
  const redemption = chance.pick(known.redemptions);
  if (redemption === undefined) return undefined;
  const { redemptionId, organisationId } = redemption;
  const who = chance.falls(5_000) ? managerOf(organisationId) : preparer;
  return desk.want(who, CancelRedemption, { redemptionId, reason: 'erreur' });
};

const loseBook: Wish = ({ known, chance, desk }) => {
  const all = [...known.books.values()];
  const blocked = all.filter((each) => each.isBlocked);
  const book = chance.pick(blocked.length > 0 && chance.falls(5_000) ? blocked : all);
  if (book === undefined) return undefined;
  const about = { book: book.book };
  const isBlocked = chance.falls(9_000) ? book.isBlocked : !book.isBlocked;
  if (!isBlocked) return desk.want(operator, BlockBook, { ...about, reason: 'perdu' });
  if (chance.falls(3_000)) return desk.want(operator, UnblockBook, about);
  return desk.want(operator, RequestReplacement, about);
};

const answerClosing = ofOrder(({ chance, desk }, { orderId, funderId }) => {
  const steps = ['RequestStockBlock', 'AcknowledgeLateHandOuts', 'AgreeStatement'] as const;
  return desk.want(funderOf(funderId), TakeClosingStep, { orderId, step: chance.one(steps) });
});

const changePlace: Wish = ({ known, chance, desk }) => {
  const place = chance.pick(known.places);
  if (place === undefined) return undefined;
  const { placeId } = place;
  if (chance.falls(500)) return desk.want(operator, WithdrawLabel, { placeId, reason: 'parti' });
  if (chance.falls(3_000)) return desk.want(operator, SuspendPlace, { placeId, reason: 'doute' });
  return desk.want(operator, RestorePlace, { placeId });
};

const changeAccount: Wish = ({ known, chance, desk }) => {
  const [organisationId, account] = [
    chance.pick(known.organisationIds),
    chance.pick(known.accounts),
  ];
  if (organisationId === undefined || account === undefined) return undefined;
  if (chance.falls(5_000)) {
    return desk.want(verifier, VerifyBankAccount, { ...account, outcome: 'match' });
  }
  const iban = ibanOf(10 + chance.below(80));
  const declared = { organisationId, iban, holderName: 'Espace' };
  return desk.want(managerOf(organisationId), DeclareBankAccount, declared);
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

const sweepFees: Wish = ({ known, chance, desk }) => {
  const agreement = chance.pick(known.agreements);
  if (agreement === undefined) return undefined;
  const { agreementId } = agreement;
  return desk.want(preparer, ProposeFeeSweep, {
    agreementId,
    amountCents: chance.one([500, 4_000]),
  });
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
    const resolution = proposed as { as: 'deposit'; targetId: string };
    return desk.want(approver, ApproveResolution, { entryId, resolution });
  }
  const resolution =
    direction === 'credit'
      ? ({ as: 'deposit', targetId: agreement.agreementId } as const)
      : ({ as: 'bankCharge' } as const);
  return desk.want(preparer, ProposeResolution, { entryId, resolution });
};

/** Each as often as its weight says. */
const WISHES: readonly (readonly [number, Wish])[] = [
  ...([
    [6, typeDeposit],
    [4, confirmDeposit],
    [1, recallDeposit],
    [6, orderBooks],
  ] as const),
  ...([
    [1, cancelOrder],
    [6, deliver],
    [5, allocate],
    [1, moveStock],
  ] as const),
  ...([
    [12, handOut],
    [24, redeem],
    [4, cancelRedemption],
    [3, loseBook],
  ] as const),
  ...([
    [3, answerClosing],
    [1, changePlace],
    [1, changeAccount],
    [1, holdForFraud],
  ] as const),
  ...([
    [2, openRun],
    [12, judgeRun],
    [3, represent],
    [8, bringMessage],
  ] as const),
  ...([
    [1, proposeRefund],
    [2, goOnWithRefund],
    [1, sweepFees],
    [1, closeAgreement],
  ] as const),
  [4, resolveEntry],
];

const TOTAL = WISHES.reduce((sum, [weight]) => sum + weight, 0);
