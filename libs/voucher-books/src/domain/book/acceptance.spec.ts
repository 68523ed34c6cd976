import { given } from '@app/platform/testing/given';
import type { VoucherRefusalCode } from '../refuse';
import { checkVoucher } from './acceptance';
import { book } from './book';
import {
  blocked,
  CCAS_SIRET,
  distributed,
  handedOut,
  orderOf,
  placeOf,
  redeem,
  redeemed,
  replaced,
} from './book.examples';
import type { RedeemVouchers } from './book.messages';

type Changes = Partial<RedeemVouchers['data']>;

const restricted = (
  restrictions: Partial<Record<'territories' | 'services' | 'publics', string[]>>,
) =>
  orderOf({
    agreement: { restrictions: { territories: [], services: [], publics: [], ...restrictions } },
  });
const labelled = (validFromOn: string, validUntilOn: string, services = ['online-forms']) =>
  placeOf({ labels: [{ validFromOn, validUntilOn, services }] });
const on = (performedOn: string, today = performedOn): Changes => ({ performedOn, today });

/** Each rule at its edge: what is just still taken, and what is just not. */
describe('a voucher is taken', () => {
  it.each<[string, Changes]>([
    ['on the day it was handed out', on('2026-03-01')],
    ['for a session of the day it was handed out', on('2026-03-01', '2026-06-10')],
    ['on its last day of use', on('2027-01-30')],
    ['on the last day of handing in', on('2027-01-30', '2027-02-05')],
    ['on the first day of a label', { place: labelled('2026-06-10', '2026-12-31') }],
    ['on the last day of a label', { place: labelled('2026-01-01', '2026-06-10') }],
    ['in the commune of the agreement', { order: restricted({ territories: ['58194'] }) }],
    ['in the département of the agreement', { order: restricted({ territories: ['75', '58'] }) }],
    ['for a service of the agreement', { order: restricted({ services: ['online-forms'] }) }],
    ['from a public of the agreement', { order: restricted({ publics: ['job-seekers'] }) }],
    ['for a price of just its value', { priceCents: 1_000 }],
  ])('%s', (_, changes) => {
    const event = book.decide(
      redeem([1], changes),
      book.evolve(book.initialState, distributed()),
    )[0];
    expect(event?.type).toBe('VouchersRedeemed');
  });
});

describe('a voucher is refused', () => {
  it.each<[string, Changes, VoucherRefusalCode]>([
    [
      'of an order that is not active',
      { order: orderOf({ wasActivated: false }) },
      'order_not_active',
    ],
    ['for a session before it was handed out', on('2026-02-28'), 'performed_on_invalid'],
    ['for a session of tomorrow', on('2026-06-11', '2026-06-10'), 'performed_on_invalid'],
    ['the day after its last day of use', on('2027-01-31'), 'expired'],
    ['the day after the last hand-in', on('2027-01-30', '2027-02-06'), 'too_late_to_hand_in'],
    [
      'once the order’s validity has ended, whatever the clock says',
      { ...on('2027-01-30', '2027-02-05'), order: orderOf({ validityEnded: true }) },
      'too_late_to_hand_in',
    ],
    [
      'on the day before a label',
      { place: labelled('2026-06-11', '2026-12-31') },
      'place_not_labelled',
    ],
    [
      'on the day after a label',
      { place: labelled('2026-01-01', '2026-06-09') },
      'place_not_labelled',
    ],
    ['in a place never labelled', { place: placeOf({ labels: [] }) }, 'place_not_labelled'],
    ['in a suspended place', { place: placeOf({ suspended: true }) }, 'place_suspended'],
    [
      'for a service the label does not hold',
      { place: labelled('2026-01-01', '2026-12-31', ['repairs']) },
      'service_not_covered',
    ],
    [
      'outside the territory',
      { order: restricted({ territories: ['75'] }) },
      'territory_not_covered',
    ],
    [
      'for another service',
      { order: restricted({ services: ['repairs'] }) },
      'service_not_covered',
    ],
    ['from another public', { order: restricted({ publics: ['seniors'] }) }, 'public_not_covered'],
    [
      'in the place that handed it out',
      { place: placeOf({ siret: CCAS_SIRET }) },
      'prescriber_conflict',
    ],
    ['for a cent less than its value', { priceCents: 999 }, 'price_below_vouchers'],
  ])('%s', (_, changes, code) =>
    given(book, distributed())
      .when(redeem([1], changes))
      .thenRefused(code),
  );

  it('when no order holds the book, and where the book ends', () => {
    given(book, distributed())
      .when(redeem([1], { order: undefined }))
      .thenRefused('voucher_unknown');
    for (const voucher of [0, 11]) {
      given(book, distributed())
        .when(redeem([voucher]))
        .thenRefused('voucher_unknown');
    }
    given(book)
      .when(redeem([], { order: orderOf({ wasActivated: false }) }))
      .thenRefused('voucher_unknown');
    given(book, distributed({ vouchers: [1, 2, 3] }))
      .when(redeem([3], { order: orderOf({ vouchersInBook: 2 }) }))
      .thenRefused('voucher_unknown');
  });

  it('when it was not handed out', () => {
    given(book)
      .when(redeem([1]))
      .thenRefused('book_not_distributed');
    given(book, handedOut(1))
      .when(redeem([1, 2]))
      .thenRefused('book_not_distributed');
  });

  it('the second time, alone or among others', () => {
    const again = { redemptionId: 'another' };
    given(book, distributed(), redeemed([1]))
      .when(redeem([1], again))
      .thenRefused('voucher_used');
    given(book, distributed(), redeemed([1, 2]))
      .when(redeem([2, 3], again))
      .thenRefused('voucher_used');
  });

  it('for a session before the last of several hand-outs', () =>
    given(book, handedOut(1), distributed({ vouchers: [2], distributedOn: '2026-06-11' }))
      .when(redeem([1, 2], on('2026-06-10', '2026-06-12')))
      .thenRefused('performed_on_invalid'));

  it('for a price below all of them together', () =>
    given(book, distributed())
      .when(redeem([1, 2], { priceCents: 1_999 }))
      .thenRefused('price_below_vouchers'));
});

/** Everything wrong at once, then one thing after the other put right: the codes come in this order. */
describe('the first failing rule gives the code', () => {
  const bad: RedeemVouchers['data'] = {
    ...(redeem([1]).data as RedeemVouchers['data']),
    ...{ redemptionId: 'another', priceCents: 1, performedOn: '2027-02-07', today: '2027-02-06' },
    place: placeOf({ siret: CCAS_SIRET, suspended: true, labels: [], territories: ['01'] }),
  };
  const agreement = {
    restrictions: { territories: ['75'], services: ['repairs'], publics: ['seniors'] },
  };
  const never = orderOf({ wasActivated: false, agreement });
  const order = orderOf({ agreement });
  const label = { validFromOn: '2026-01-01', validUntilOn: '2027-12-31' };
  const wrongLabel = { ...bad.place, labels: [{ ...label, services: ['repairs'] }] };
  const rightLabel = { ...bad.place, labels: [{ ...label, services: ['online-forms'] }] };
  const late = on('2027-01-30', '2027-02-06');
  const inTime = on('2027-01-30', '2027-02-05');
  const open = { ...rightLabel, suspended: false };
  const near = { ...open, territories: ['75'] };
  const anyService = orderOf({
    agreement: { restrictions: { ...agreement.restrictions, services: [] } },
  });
  const { restrictions } = orderOf().agreement;
  const anybody = orderOf({ agreement: { restrictions } });
  const used = [distributed(), redeemed([1])];

  it.each([
    ['voucher_unknown', { vouchers: [11], order: never }, used],
    ['order_not_active', { order: never }, used],
    ['book_not_distributed', { order }, [blocked()]],
    ['book_blocked', { order }, [...used, blocked()]],
    ['book_replaced', { order }, [...used, blocked(), replaced()]],
    ['voucher_used', { order }, used],
    ['performed_on_invalid', { order }, [distributed()]],
    ['expired', { order, ...on('2027-02-06') }, [distributed()]],
    ['too_late_to_hand_in', { order, ...late }, [distributed()]],
    ['place_not_labelled', { order, ...inTime }, [distributed()]],
    ['place_suspended', { order, ...inTime, place: wrongLabel }, [distributed()]],
    [
      'service_not_covered',
      { order, ...inTime, place: { ...wrongLabel, suspended: false } },
      [distributed()],
    ],
    ['territory_not_covered', { order, ...inTime, place: open }, [distributed()]],
    ['service_not_covered', { order, ...inTime, place: near }, [distributed()]],
    ['public_not_covered', { order: anyService, ...inTime, place: near }, [distributed()]],
    ['prescriber_conflict', { order: anybody, ...inTime, place: near }, [distributed()]],
    [
      'price_below_vouchers',
      { order: anybody, ...inTime, place: { ...near, siret: '' } },
      [distributed()],
    ],
  ])('%s', (code, changes, history) =>
    given(book, ...history)
      .when({ type: 'RedeemVouchers', data: { ...bad, ...changes } })
      .thenRefused(code),
  );
});

describe('checking a voucher', () => {
  const check = (
    changes: Partial<Parameters<typeof checkVoucher>[1]>,
    ...history: Parameters<typeof book.evolve>[1][]
  ) => {
    const state = history.reduce(book.evolve, book.initialState);
    return checkVoucher(state, { voucher: 1, order: orderOf(), today: '2026-06-10', ...changes });
  };

  it('says that it would be taken', () => {
    expect(check({}, distributed())).toEqual({ accepted: true, reasons: [] });
    expect(check({ place: placeOf() }, distributed())).toEqual({ accepted: true, reasons: [] });
  });

  it('gives every reason that is known, in order', () => {
    const place = placeOf({ labels: [], suspended: true, siret: CCAS_SIRET });
    const today = '2027-02-06';
    expect(check({ place, today }, distributed(), redeemed([1]), blocked()).reasons).toEqual([
      ...['book_blocked', 'voucher_used', 'expired', 'too_late_to_hand_in'],
      ...['place_not_labelled', 'place_suspended', 'prescriber_conflict'],
    ]);
  });

  it('asks nothing of a place that was not named', () =>
    expect(check({ order: restricted({ territories: ['75'] }) }, distributed()).accepted).toBe(
      true,
    ));

  it('never takes the book itself', () =>
    expect(check({ voucher: 0 }, distributed()).reasons).toEqual(['voucher_unknown']));

  it('knows nothing of a number nobody was given', () =>
    expect(check({ order: undefined }).reasons).toEqual(['voucher_unknown']));
});
