import fc from 'fast-check';
import { addDays } from '@app/kernel';
import { cancelPaid, cancelRedemption, handOut, loseBook, redeem } from './book-acts';
import {
  cancelOrder,
  confirmDeposit,
  endOrder,
  issueAndDeliver,
  orderBooks,
  recallDeposit,
  sign,
  typeDeposit,
} from './funding-acts';
import { changeAccount, clearPayees, holdForFraud, leave, repay, writeOff } from './payee-acts';
import { Paying } from './paying-acts';
import { closeAgreement, refund, refundAtBank, sweep } from './refund-acts';
import { type Choice, World } from './world';

/**
 * Random histories of everything that moves money, lived twice: by the deciders with the ledger behind
 * them, and by a model that follows each euro, voucher and claim by the rules alone. `npm test` lives
 * some; `MONEY_MODEL_SEEDS=1000` lives as many.
 */
const SEEDS = Number(process.env['MONEY_MODEL_SEEDS'] ?? 100);
const SEED = Number(process.env['MONEY_MODEL_SEED'] ?? 20_270_104);

/** A history that fails is told as it was; to be told the shortest takes minutes. */
const SHRINKS = process.env['MONEY_MODEL_SHRINKS'] !== undefined;

type Act = (world: World, paying: Paying, choice: Choice) => void;

/** Each as often as its weight says. */
const ACTS: readonly (readonly [number, string, Act])[] = [
  [2, 'deposit', (w, _, c) => typeDeposit(w, c)],
  [3, 'confirm', (w, _, c) => confirmDeposit(w, c)],
  [3, 'recall', (w, _, c) => recallDeposit(w, c)],
  [2, 'run short', (w, _, c) => runShort(w, c)],
  [2, 'order', (w, _, c) => orderBooks(w, c)],
  [1, 'cancel order', (w, _, c) => cancelOrder(w, { ...c, how: c.how >> 1 })],
  [3, 'issue', (w, _, c) => issueAndDeliver(w, c)],
  [4, 'hand out', (w, _, c) => handOut(w, c)],
  [10, 'redeem', (w, _, c) => redeem(w, c)],
  [4, 'cancel', (w, _, c) => cancelRedemption(w, c)],
  [2, 'cancel paid', (w, _, c) => cancelPaid(w, c)],
  [1, 'lose', (w, _, c) => loseBook(w, c)],
  [4, 'end', (w, _, c) => endOrder(w, c)],
  [2, 'refund', (w, _, c) => refund(w, c)],
  [3, 'refund at bank', (w, _, c) => refundAtBank(w, c)],
  [4, 'sweep', (w, _, c) => sweep(w, c)],
  [1, 'close', (w, _, c) => closeAgreement(w, c)],
  [3, 'open', (_, p) => p.open()],
  [3, 'start', (_, p) => p.startPreparation()],
  [3, 'prepare', (_, p) => p.prepare()],
  [3, 'approve', (_, p) => p.approve()],
  [1, 'reject', (_, p) => p.reject()],
  [3, 'issue file', (_, p) => p.issue()],
  [4, 'whole run', (_, p) => wholeRun(p)],
  [2, 'troubled run', (w, p, c) => troubledRun(w, p, c)],
  [2, 'owe', (w, p, c) => owe(w, p, c)],
  [1, 'wind up', (w, p, c) => windUp(w, p, c)],
  [10, 'answer', (_, p, c) => p.answer(c)],
  [4, 'represent', (_, p, c) => p.represent(c)],
  [1, 'account', (w, _, c) => changeAccount(w, c)],
  [1, 'fraud', (w, _, c) => holdForFraud(w, c)],
  [1, 'leave', (w, _, c) => leave(w, c)],
  [2, 'repay', (w, _, c) => repay(w, c, 'organisation')],
  [2, 'top up', (w, _, c) => repay(w, c, 'operator')],
  [3, 'write off', (w, _, c) => writeOff(w, c)],
  [3, 'days', (w, _, { how }) => void (w.desk.today = addDays(w.today, 1 + (how % 4)))],
];

/** From the opening to the file, as it mostly goes; what comes between is the worst moment. */
const wholeRun = (paying: Paying, between = (): void => undefined): void => {
  paying.open();
  paying.startPreparation();
  paying.prepare();
  paying.approve();
  between();
  paying.issue();
};

/** With re-presentments in it, and somebody who says no or changes an account before the file. */
const troubledRun = (world: World, paying: Paying, { which, how }: Choice): void => {
  for (let left = 3; left > 0; left -= 1) paying.represent({ which: left, how });
  wholeRun(paying, () => (how % 3 === 0 ? paying.reject() : changeAccount(world, { which, how })));
};

/** Its deposits go back to their banks, and what comes instead is about what places are owed. */
const runShort = (world: World, { which, how }: Choice): void => {
  const { deposits } = world.agreement({ which, how });
  for (const deposit of deposits.keys()) {
    if (deposit % 4 !== how % 4) recallDeposit(world, { which, how: deposit });
  }
  typeDeposit(world, { which, how });
  if (how % 2 === 0) typeDeposit(world, { which, how: how + 1 });
};

/** A place owes one agreement and is owed by the other, while others draw on what the first has left. */
const owe = (world: World, paying: Paying, { which, how }: Choice): void => {
  clearPayees(world);
  wholeRun(paying);
  paying.settleAll();
  cancelPaid(world, { which, how: 0 });
  for (const book of Array.from({ length: 6 }, (_, at) => at)) {
    handOut(world, { which: which + book, how: 0 });
    redeem(world, { which: which + book, how: how + book * 7 });
  }
  runShort(world, { which, how });
  world.deliver(99);
  wholeRun(paying);
};

/** All that an agreement has is used, given back or paid, as far as it can be; then it is closed. */
const windUp = (world: World, paying: Paying, { which }: Choice): void => {
  const { orders } = world.agreement({ which, how: 0 });
  world.deliver(99);
  for (const how of orders.keys()) cancelOrder(world, { which, how });
  world.desk.today = addDays(world.today, 25);
  for (let left = orders.length * 4; left > 0; left -= 1) {
    endOrder(world, { which, how: 0 });
    world.deliver(9);
  }
  clearPayees(world);
  for (let run = 0; run < 3; run += 1) {
    wholeRun(paying);
    paying.settleAll();
    for (let left = 9; left > 0; left -= 1) paying.represent({ which: left, how: 0 });
  }
  for (const how of [0, 2, 3]) {
    refund(world, { which, how });
    refund(world, { which, how });
    refundAtBank(world, { which, how });
  }
  for (const how of [3, 3, 1, 1, 2]) {
    for (const payee of [0, 1, 2]) {
      writeOff(world, { which: payee, how });
      repay(world, { which: payee, how }, 'operator');
    }
  }
  closeAgreement(world, { which, how: 0 });
  compare(world);
};

const act = fc.oneof(
  ...ACTS.map(([weight, name, does]) => ({
    weight,
    arbitrary: fc
      .record({ which: fc.nat(99), how: fc.nat(999), letters: fc.constantFrom(0, 1, 9, 9, 9) })
      .map((choice) => ({
        ...choice,
        does,
        toString: () => `${name} ${JSON.stringify(choice)}`,
        [fc.toStringMethod]: () => `${name} ${choice.which} ${choice.how} ${choice.letters}`,
      })),
  })),
);
const history = fc.array(act, { minLength: 60, maxLength: 160, size: 'max' });

describe('every euro, followed from its deposit to its place', () => {
  it(
    `is where the ledger says, after every step of ${SEEDS} random histories`,
    () => {
      const recorded = new Map<string, number>();
      fc.assert(
        fc.property(history, (acts) => {
          const world = begin();
          const paying = new Paying(world);
          try {
            for (const { does, which, how, letters } of acts) {
              does(world, paying, { which, how });
              world.deliver(letters);
              compare(world);
            }
          } finally {
            for (const [type, times] of world.desk.recorded) {
              recorded.set(type, (recorded.get(type) ?? 0) + times);
            }
            world.desk.close();
          }
        }),
        { numRuns: SEEDS, seed: SEED, endOnFailure: !SHRINKS },
      );
      // A search that never gets there proves nothing of it.
      expect(WANTED.filter((type) => !recorded.has(type))).toEqual([]);
    },
    SEEDS * 10_000,
  );
});

/** Both funders have an order in use, so that what follows starts deep. */
function begin(): World {
  const world = new World();
  for (const [which, agreement] of world.agreements.entries()) {
    sign(world, agreement);
    for (const how of [2, 3]) typeDeposit(world, { which, how });
    world.deliver(99);
    for (const how of [0, 1]) confirmDeposit(world, { which, how });
    for (const how of [1, 10]) orderBooks(world, { which, how });
    world.deliver(99);
    for (const how of [0, 0]) issueAndDeliver(world, { which, how });
    world.deliver(99);
    for (const how of [0, 1]) handOut(world, { which, how });
  }
  compare(world);
  return world;
}

/** All buckets of all agreements, all places, cash, and what a run would be prepared from. */
function compare(world: World): void {
  const { desk, agreements, payees } = world;
  const pairs = [...payees.pairs()];
  const total = (
    of: readonly (readonly [string, { owed: number; run: number; paid: number }])[],
  ) => ({
    owedCents: of.reduce((sum, [, { owed }]) => sum + Math.max(owed, 0), 0),
    owedByPlaces: of.reduce((sum, [, { owed }]) => sum + Math.max(-owed, 0), 0),
    inRunCents: of.reduce((sum, [, { run }]) => sum + run, 0),
    paidCents: of.reduce((sum, [, { paid }]) => sum + paid, 0),
  });
  for (const agreement of agreements) {
    const { owedByPlaces, ...own } = total(
      pairs.filter(([key]) => key.startsWith(`${agreement.id} `)),
    );
    const face = agreement.faceValueCents;
    const { vouchers: _, ...told } = desk.balances.findAgreement(agreement.id) ?? { vouchers: 0 };
    const { shortfallCents, availableCents, feesCents } = agreement;
    expect({ of: agreement.id, ...told }).toEqual({
      ...{ of: agreement.id, ...own, owedByPlacesCents: owedByPlaces },
      ...{ shortfallCents, availableCents, feesCents },
      depositedCents: agreement.depositedCents,
      reservedCents: agreement.reservedCents,
      activeCents: agreement.inState('active') * face,
      distributedCents: agreement.inState('distributed') * face,
      expiredCents: agreement.inState('expired') * face,
      returnedCents: agreement.returnedCents,
    });
    const cash = desk.cash.findAgreement(agreement.id);
    expect([cash?.cashCents ?? 0, cash?.frozenCents ?? 0, cash?.sweptCents ?? 0]).toEqual([
      world.cashCents(agreement),
      payees.frozenCents(agreement) + agreement.leavingCents,
      agreement.sweptCents,
    ]);
  }
  for (const placeId of payees.payees.flatMap((payee) => payee.placeIds)) {
    const { owedByPlaces, ...own } = total(pairs.filter(([key]) => key.endsWith(` ${placeId}`)));
    expect({ placeId, ...desk.balances.getPlace(placeId) }).toMatchObject({
      ...{ placeId, ...own, owedByPlaceCents: owedByPlaces },
      redeemedCents: own.owedCents - owedByPlaces + own.inRunCents + own.paidCents,
    });
  }
}

const WANTED = [
  ...['FundsRecalled', 'OrderFunded', 'OrderTurnedAway', 'ReservationReleased', 'OrderActivated'],
  ...['BookReplaced', 'RedemptionCancelled', 'ValidityEnded', 'CreditNoteIssued'],
  ...['RefundBooked', 'RefundFailed', 'RefundReturned', 'AgreementClosed'],
  ...['FeeSweepBooked', 'FeeSweepReturned', 'LinesFrozen', 'AmountsHeld', 'LinesReleased'],
  ...['RunSentBack', 'RunRejected', 'PaymentFileIssued', 'PaymentSettled', 'PaymentRejected'],
  ...['PaymentReturned', 'RepresentmentGranted', 'AttemptWithdrawn', 'ClaimReleased'],
  ...['held: not_positive', 'held: no_verified_account', 'held: quarantine', 'held: fraud_hold'],
  ...['held: below_minimum', 'held: agreement_short', 'held: claim_open', 'a debt in a line'],
  ...['BookedDebitDisputed', 'DebtRepaid', 'WriteOffDecided', 'PayeeLeft', 'FraudHoldLifted'],
];
