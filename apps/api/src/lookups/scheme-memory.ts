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
  type PlaceOfRedemption,
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
import { OF_NO_BOOK, ofBookIn, placeOf, type KnownPlace, type OfBook } from './knowledge';

type Range = RangeAllotted['data'];

/** With what it said of its books when so many changes had been seen. */
type RememberedRange = { readonly range: Range; said: OfBook; asOf: number };

/** With what it was to a redemption when so many changes had been seen. */
type RememberedPlace = KnownPlace & { readonly said: PlaceOfRedemption | undefined; asOf: number };

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
  /** In the order of their numbers, as the register gives them. */
  readonly #ranges: RememberedRange[] = [];
  /** Of each range, in the same order: a bisection reads neighbours and not objects far apart. */
  readonly #firstBooks: number[] = [];
  /** New number → its vouchers, once the old book's BookReplaced names it. */
  readonly #replacements = new Map<number, number>();
  readonly #rememberedPlaces = new Map<string, RememberedPlace>();
  /** How often something changed that a range's knowledge stands on, or a place's. */
  #rangeChanges = 1;
  #placeChanges = 1;

  constructor(private readonly store: EventStore) {}

  /** Takes the whole log in its order; an event that comes twice changes nothing. */
  observe(event: RecordedEvent): void {
    const isOfRanges =
      this.#orders.observe(event) ||
      this.#agreements.observe(event) ||
      this.#register.observe(event);
    if (isOfRanges) this.#rangeChanges += 1;
    else if (this.#places.observe(event) || this.#organisations.observe(event)) {
      this.#placeChanges += 1;
    }
    if (event.type === 'RangeAllotted') this.#keepRange(event.data as Range);
    else if (event.type === 'BookReplaced') {
      const { newBook, vouchersInNewBook } = event.data as BookReplaced['data'];
      this.#replacements.set(newBook, vouchersInNewBook);
      this.#rangeChanges += 1;
    }
  }

  /** @param position what memory has followed: stamped on what is decided on it. */
  recall({ book: number, placeId }: BookQuestion, position: Position | undefined): BookKnowledge {
    const { origin, order: placed, funderName } = this.#recallBook(number);
    const said = placeId === undefined ? undefined : this.#recallPlace(placeId)?.said;
    return { position, origin, order: placed, funderName, place: said };
  }

  /** The same, of the streams as they stood at that position. */
  async readAt(
    { book: number, placeId }: BookQuestion,
    position: Position,
  ): Promise<BookKnowledge> {
    const [ofBook, said] = await Promise.all([
      this.#readBook(number, position),
      placeId === undefined ? undefined : this.#readPlace(placeId, position),
    ]);
    return { position, ...ofBook, place: said };
  }

  /** Every place memory knows, and what each is to a redemption. */
  *places(): Iterable<Pick<RememberedPlace, 'place' | 'said'>> {
    for (const state of this.#places.states()) {
      const remembered = state.status === 'unknown' ? undefined : this.#recallPlace(state.placeId);
      if (remembered !== undefined) yield remembered;
    }
  }

  /** What was last worked out of a range holds until something changes, for thousands of redemptions. */
  #recallBook(number: number): OfBook {
    const remembered = this.#findRange(number);
    if (remembered === undefined) return OF_NO_BOOK;
    if (remembered.asOf === this.#rangeChanges) return remembered.said;
    const { range } = remembered;
    const placed = this.#orders.recall(range.orderId);
    remembered.said = ofBookIn({
      // A replacement's range has the one number.
      ...{ range, placed, vouchersInBook: this.#replacements.get(range.firstBook) },
      register: this.#register.recall(SERIAL_REGISTER_ID),
      agreement: this.#agreements.recall(agreementIdOf(placed)),
    });
    remembered.asOf = this.#rangeChanges;
    return remembered.said;
  }

  async #readBook(number: number, upTo: Position): Promise<OfBook> {
    const { store } = this;
    const register = await this.#register.readTo(store, SERIAL_REGISTER_ID, upTo);
    const range = findRangeOf(register, number);
    if (range === undefined) return OF_NO_BOOK;
    const placed = await this.#orders.readTo(store, range.orderId, upTo);
    const state = await this.#agreements.readTo(store, agreementIdOf(placed), upTo);
    const vouchersInBook = await this.#readReplacement(range, number, upTo);
    return ofBookIn({ range, register, placed, agreement: state, vouchersInBook });
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

  /** The same of a place; after a change elsewhere it still holds as long as its states are the same. */
  #recallPlace(placeId: string): RememberedPlace | undefined {
    const known = this.#rememberedPlaces.get(placeId);
    if (known?.asOf === this.#placeChanges) return known;
    const state = this.#places.recall(placeId);
    // Whoever asks chooses the id: what is not there is not remembered.
    if (state.status === 'unknown') return undefined;
    const owner = this.#organisations.recall(organisationIdOf(state));
    if (known?.place === state && known.organisation === owner) {
      known.asOf = this.#placeChanges;
      return known;
    }
    const states = { place: state, organisation: owner };
    const remembered = { ...states, said: placeOf(states), asOf: this.#placeChanges };
    this.#rememberedPlaces.set(placeId, remembered);
    return remembered;
  }

  async #readPlace(placeId: string, upTo: Position): Promise<PlaceOfRedemption | undefined> {
    const state = await this.#places.readTo(this.store, placeId, upTo);
    const organisationId = organisationIdOf(state);
    const owner = await this.#organisations.readTo(this.store, organisationId, upTo);
    return placeOf({ place: state, organisation: owner });
  }

  #keepRange(range: Range): void {
    if (range.firstBook <= (this.#ranges.at(-1)?.range.lastBook ?? 0)) return;
    this.#ranges.push({ range, said: OF_NO_BOOK, asOf: 0 });
    this.#firstBooks.push(range.firstBook);
  }

  /** The last range that begins at the number or before it, where it is long enough. */
  #findRange(number: number): RememberedRange | undefined {
    let [at, after] = [-1, this.#firstBooks.length];
    while (after - at > 1) {
      const middle = (at + after) >>> 1;
      if ((this.#firstBooks[middle] ?? Infinity) <= number) at = middle;
      else after = middle;
    }
    const found = this.#ranges[at];
    return found !== undefined && number <= found.range.lastBook ? found : undefined;
  }
}

/** An id nobody has, for a stream that is not there: its state is the initial one. */
const NOBODY = '';

const agreementIdOf = (placed: Order): string =>
  placed.status === 'none' ? NOBODY : placed.terms.agreementId;

const organisationIdOf = (state: Place): string =>
  (state.status === 'unknown' ? undefined : state.organisationId) ?? NOBODY;
