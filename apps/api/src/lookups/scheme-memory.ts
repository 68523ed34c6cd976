import { agreement, type Agreement } from '@app/funding';
import type { AgreementFact } from '@app/funding/contract';
import { organisation, place, type Organisation, type Place } from '@app/places';
import type { OrganisationFact, PlaceFact } from '@app/places/contract';
import type { EventStore, Position, RecordedEvent } from '@app/platform';
import {
  book,
  findRangeOf,
  order,
  SERIAL_REGISTER_ID,
  serialRegister,
  type Book,
  type BookKnowledge,
  type BookQuestion,
  type Order,
  type SerialRegister,
} from '@app/voucher-books';
import type {
  BookFact,
  BookReplaced,
  OrderFact,
  RangeAllotted,
  SerialRegisterFact,
} from '@app/voucher-books/contract';
import { FoldedStreams } from './folded-streams';
import { knowledgeOf, type KnownPlace, type KnownRange } from './knowledge';

type Range = RangeAllotted['data'];

/** With what was known of it when so many changes had been seen. */
type RememberedRange = { readonly range: Range; known: KnownRange | undefined; asOf: number };

/**
 * What a redemption has to know beside the book's own stream: the register, orders, agreements,
 * places and their organisations, folded from the log by the rules of each.
 */
export class SchemeMemory {
  readonly #register = new FoldedStreams<SerialRegister, SerialRegisterFact>(serialRegister);
  readonly #orders = new FoldedStreams<Order, OrderFact>(order);
  readonly #agreements = new FoldedStreams<Agreement, AgreementFact>(agreement);
  readonly #places = new FoldedStreams<Place, PlaceFact>(place);
  readonly #organisations = new FoldedStreams<Organisation, OrganisationFact>(organisation);
  /** In the order of their numbers, as the register gives them: found by bisection. */
  readonly #ranges: RememberedRange[] = [];
  /** New number → its vouchers, once the old book's BookReplaced names it. */
  readonly #replacements = new Map<number, number>();
  /** How often something changed that a range's knowledge stands on. */
  #changes = 0;

  constructor(private readonly store: EventStore) {}

  /** Takes the whole log in its order; an event that comes twice changes nothing. */
  observe(event: RecordedEvent): void {
    const isOfRanges =
      this.#orders.observe(event) ||
      this.#agreements.observe(event) ||
      this.#register.observe(event);
    if (isOfRanges) this.#changes += 1;
    else if (!this.#places.observe(event)) this.#organisations.observe(event);
    if (event.type === 'RangeAllotted') this.#keepRange(event.data as Range);
    else if (event.type === 'BookReplaced') {
      const { newBook, vouchersInNewBook } = event.data as BookReplaced['data'];
      this.#replacements.set(newBook, vouchersInNewBook);
      this.#changes += 1;
    }
  }

  /** @param position what memory has followed: stamped on what is decided on it. */
  recall({ book: number, placeId }: BookQuestion, position: Position | undefined): BookKnowledge {
    const found = this.#findRange(number);
    const range = found && this.#recallRange(found);
    const known =
      placeId === undefined ? undefined : this.#recallPlace(this.#places.recall(placeId));
    return knowledgeOf({ position, range, place: known });
  }

  /** The same, of the streams as they stood at that position. */
  async readAt(
    { book: number, placeId }: BookQuestion,
    position: Position,
  ): Promise<BookKnowledge> {
    const [range, known] = await Promise.all([
      this.#readRange(number, position),
      placeId === undefined ? undefined : this.#readPlace(placeId, position),
    ]);
    return knowledgeOf({ position, range, place: known });
  }

  /** Every place memory knows. */
  *places(): Iterable<KnownPlace> {
    for (const state of this.#places.states()) yield this.#recallPlace(state);
  }

  #recallRange(remembered: RememberedRange): KnownRange {
    const { range, known } = remembered;
    if (known !== undefined && remembered.asOf === this.#changes) return known;
    const placed = this.#orders.recall(range.orderId);
    remembered.asOf = this.#changes;
    remembered.known = {
      // A replacement's range has the one number.
      ...{ range, placed, vouchersInBook: this.#replacements.get(range.firstBook) },
      register: this.#register.recall(SERIAL_REGISTER_ID),
      agreement: this.#agreements.recall(agreementIdOf(placed)),
    };
    return remembered.known;
  }

  async #readRange(number: number, upTo: Position): Promise<KnownRange | undefined> {
    const { store } = this;
    const register = await this.#register.readTo(store, SERIAL_REGISTER_ID, upTo);
    const range = findRangeOf(register, number);
    if (range === undefined) return undefined;
    const placed = await this.#orders.readTo(store, range.orderId, upTo);
    const state = await this.#agreements.readTo(store, agreementIdOf(placed), upTo);
    const vouchersInBook = await this.#readReplacement(range, number, upTo);
    return { range, register, placed, agreement: state, vouchersInBook };
  }

  async #readReplacement(
    { replacedBook }: Range,
    number: number,
    upTo: Position,
  ): Promise<number | undefined> {
    if (replacedBook === undefined) return undefined;
    const books = new FoldedStreams<Book, BookFact>(book);
    const { replacedBy, vouchersInNewBook } = await books.readTo(
      this.store,
      `${replacedBook}`,
      upTo,
    );
    return replacedBy === number ? vouchersInNewBook : undefined;
  }

  #recallPlace(state: Place): KnownPlace {
    return { place: state, organisation: this.#organisations.recall(organisationIdOf(state)) };
  }

  async #readPlace(placeId: string, upTo: Position): Promise<KnownPlace> {
    const state = await this.#places.readTo(this.store, placeId, upTo);
    const organisationId = organisationIdOf(state);
    const owner = await this.#organisations.readTo(this.store, organisationId, upTo);
    return { place: state, organisation: owner };
  }

  #keepRange(range: Range): void {
    if (range.firstBook <= (this.#ranges.at(-1)?.range.lastBook ?? 0)) return;
    this.#ranges.push({ range, known: undefined, asOf: 0 });
  }

  #findRange(number: number): RememberedRange | undefined {
    let [low, high] = [0, this.#ranges.length - 1];
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const remembered = this.#ranges[middle];
      if (remembered === undefined) return undefined;
      if (number < remembered.range.firstBook) high = middle - 1;
      else if (number > remembered.range.lastBook) low = middle + 1;
      else return remembered;
    }
    return undefined;
  }
}

/** An id nobody has, for a stream that is not there: its state is the initial one. */
const NOBODY = '';

const agreementIdOf = (placed: Order): string =>
  placed.status === 'none' ? NOBODY : placed.terms.agreementId;

const organisationIdOf = (state: Place): string =>
  (state.status === 'unknown' ? undefined : state.organisationId) ?? NOBODY;
