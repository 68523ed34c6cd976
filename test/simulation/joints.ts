import type { Day } from '@app/kernel';
import type { RecordedEvent } from '@app/platform';

/** Data of any event, read by name: what is not there is undefined. */
type Data = Readonly<Record<string, unknown>>;
type KeyOf = (data: Data) => unknown;

/** A fact in one stream that another stream must hear of: exactly once, once all work is drained. */
type Joint = Readonly<{
  cause: string;
  keyOf: KeyOf;
  /** Events that are the effect, each with where it names its cause. */
  effects: Readonly<Record<string, KeyOf>>;
  /** Events after which none is owed any more; there may be one all the same. */
  excuses?: Readonly<Record<string, KeyOf>>;
  /** Facts that want no effect. */
  unless?: (data: Data) => boolean;
}>;

const by =
  (name: string): KeyOf =>
  (data) =>
    data[name];

const order = by('orderId');
const deposit = by('depositId');
const cancelled = { OrderCancelled: order };

const JOINTS: readonly Joint[] = [
  { cause: 'DepositAssigned', keyOf: deposit, effects: { FundsReceived: deposit } },
  {
    ...{ cause: 'DepositConfirmed', keyOf: deposit, effects: { FundsConfirmed: deposit } },
    excuses: { FundsRecalled: deposit },
  },
  { cause: 'DepositRecalled', keyOf: deposit, effects: { FundsRecalled: deposit } },
  {
    ...{ cause: 'BooksOrdered', keyOf: order },
    effects: { OrderEnqueued: order, OrderTurnedAway: order },
  },
  { cause: 'OrderTurnedAway', keyOf: order, effects: { OrderCancelled: order } },
  {
    ...{ cause: 'OrderFunded', keyOf: order, excuses: cancelled },
    effects: { RangeAllotted: (data) => (data['replacedBook'] === undefined ? order(data) : NONE) },
  },
  { cause: 'OrderFunded', keyOf: order, effects: { FundsReserved: order }, excuses: cancelled },
  {
    ...{ cause: 'RangeAllotted', keyOf: order, excuses: cancelled },
    unless: (data) => data['replacedBook'] !== undefined,
    effects: { BooksIssued: order },
  },
  {
    ...{ cause: 'OrderDelivered', keyOf: order, effects: { ActivationRequested: order } },
    excuses: cancelled,
  },
  {
    ...{ cause: 'ActivationPermitted', keyOf: order },
    effects: { OrderActivated: order, OrderCancelled: order },
  },
  {
    ...{ cause: 'OrderActivated', keyOf: order, effects: { InvoiceIssued: order } },
    unless: (data) => data['feeCents'] === 0,
  },
  {
    ...{ cause: 'OrderCancelled', keyOf: order },
    unless: (data) => data['cause'] === 'turned-away',
    effects: { OrderWithdrawn: order, ReservationReleased: order, OrderTurnedAway: order },
  },
  {
    ...{ cause: 'BookReplaced', keyOf: by('newBook') },
    effects: { ReplacementStocked: by('book') },
  },
  {
    ...{ cause: 'StatementAgreed', keyOf: order, unless: (data) => data['unusedCents'] === 0 },
    effects: { CreditNoteIssued: (data) => (data['cause'] === 'closing' ? order(data) : NONE) },
  },
  { cause: 'StatementAgreed', keyOf: order, effects: { OrderClosed: order } },
];

const NONE = Symbol('not the effect');

/** Reads the log along and tells, in the end, what somebody was never told, or was told twice. */
export class Joints {
  readonly #counted = JOINTS.map((joint) => ({
    joint,
    causes: new Set<unknown>(),
    effects: new Map<unknown, number>(),
    excused: new Set<unknown>(),
  }));
  /** Orders whose statement was opened. */
  readonly #stated = new Set<unknown>();
  /** Credit notes that cancellations lack, by the id of the cancellation's event. */
  readonly #late = new Map<unknown, number>();
  /** Orders that ended on a day on which a place could still hand in. */
  readonly #early: unknown[] = [];
  /** Of active orders whose validity goes on: the last day on which a place can hand in. */
  readonly #lastHandInOn = new Map<unknown, { day: Day; isActive: boolean }>();

  see(event: RecordedEvent): void {
    const { type } = event;
    const data = event.data as Data;
    this.#seeLate(event, data);
    for (const { joint, causes, effects, excused } of this.#counted) {
      if (type === joint.cause && !joint.unless?.(data)) causes.add(joint.keyOf(data));
      const effect = joint.effects[type]?.(data);
      if (effect !== undefined) effects.set(effect, (effects.get(effect) ?? 0) + 1);
      const excuse = joint.excuses?.[type]?.(data);
      if (excuse !== undefined) excused.add(excuse);
    }
    const known = this.#lastHandInOn.get(data['orderId']);
    if (type === 'BooksOrdered') {
      const last = { day: String(data['lastHandInOn']), isActive: false };
      this.#lastHandInOn.set(data['orderId'], last);
    } else if (type === 'OrderActivated' && known) known.isActive = true;
    else if (type === 'ValidityEnded') {
      if (known && String(data['endedOn']) <= known.day) this.#early.push(data['orderId']);
      this.#lastHandInOn.delete(data['orderId']);
    }
  }

  /** Behind the statement's place in the log each cancellation has a credit note of its own. */
  #seeLate({ id, type }: RecordedEvent, data: Data): void {
    if (type === 'StatementOpened') this.#stated.add(data['orderId']);
    if (type === 'RedemptionCancelled' && this.#stated.has(data['orderId'])) {
      this.#late.set(id, (this.#late.get(id) ?? 0) + 1);
    }
    if (type !== 'CreditNoteIssued' || data['cause'] !== 'cancellation') return;
    const note = data['creditNoteId'];
    this.#late.set(note, (this.#late.get(note) ?? 0) - 1);
  }

  *end(today: Day): Generator<string> {
    for (const { joint, causes, effects, excused } of this.#counted) {
      const names = Object.keys(joint.effects).join(' or ');
      for (const key of causes) {
        const times = effects.get(key) ?? 0;
        if (times > 1) yield `${joint.cause} of ${String(key)} has ${names} ${times} times`;
        if (times === 0 && !excused.has(key)) {
          yield `${joint.cause} of ${String(key)} has no ${names}`;
        }
      }
    }
    for (const orderId of this.#early) yield `order ${String(orderId)} ended before its days`;
    for (const [id, lacking] of this.#late) {
      if (lacking > 0) yield `the cancellation ${String(id)} has no credit note`;
      if (lacking < 0) yield `the credit note ${String(id)} has no cancellation, or is there twice`;
    }
    for (const [orderId, { day, isActive }] of this.#lastHandInOn) {
      if (isActive && day < today) yield `the validity of order ${String(orderId)} has not ended`;
    }
  }
}
