import { addDays, departmentOfCommune, departmentOfPostcode } from '@app/kernel';
import type { AgreementFact, Restrictions } from '@app/funding/contract';
import type { Address, OrganisationFact, PlaceFact } from '@app/places/contract';
import type { RecordedEvent } from '@app/platform';
import type { BookFact, OrderFact, VouchersRedeemed } from '@app/voucher-books/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';
import { bitsOf, Books } from './books';

type Fact = AgreementFact | BookFact | OrderFact | OrganisationFact | PlaceFact;

type Label = Readonly<{ validFromOn: string; validUntilOn: string; services: readonly string[] }>;
type Place = Readonly<{
  labels: readonly Label[];
  suspended: boolean;
  territories: readonly string[];
}>;
type Order = {
  readonly lastDayOfUseOn: string;
  readonly lastHandInOn: string;
  isActive: boolean;
  /** Its validity, in the log; undefined while it runs. */
  endedAt: bigint | undefined;
};
type Terms = Readonly<{ restrictions: Restrictions; allowPrescribingPlace: boolean }>;

/**
 * I-6: every condition of a redemption held: those of the book at the redemption's own place in the log,
 * those of its order's end and of the place at the position the decision had followed, which its metadata
 * names. What was decided on the last day may be written just after the validity has ended.
 */
export class RightPlace extends Invariant {
  readonly id = 'I-6';
  readonly says = 'every redemption met the conditions of the scheme when it was decided';

  readonly #books = new Books();
  readonly #terms = new Map<string, Terms>();
  readonly #orders = new Map<string, Order>();
  readonly #sirets = new Map<string, string>();
  /** All states a place had, from the position on at which each began. */
  readonly #places = new Map<string, { from: bigint; place: Place }[]>();
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<Fact>(this.#handlers, event);
    this.#books.apply(event);
  }

  #redeemed(data: VouchersRedeemed['data'], event: RecordedEvent): void {
    for (const what of this.#findFaults(data, event)) {
      this.#broken(`redemption ${data.redemptionId}: ${what}`);
    }
  }

  *#findFaults(data: VouchersRedeemed['data'], event: RecordedEvent): Generator<string> {
    const { book: number, orderId, agreementId, performedOn, redeemedOn, vouchers } = data;
    const order = this.#orders.get(orderId);
    if (!order?.isActive) yield 'its order was not active';
    if (order?.endedAt !== undefined && order.endedAt <= followedBy(event)) {
      yield 'the validity of its order had ended';
    }
    const book = this.#books.find(number);
    if (book?.status !== 'open') yield `its book was ${book?.status ?? 'never handed out'}`;
    const bits = bitsOf(vouchers);
    const handOuts = book?.handOuts.filter((handOut) => handOut.bits & bits) ?? [];
    if (handOuts.some(({ distributedOn }) => performedOn < distributedOn)) {
      yield 'the session was before the hand-out';
    }
    if (performedOn > redeemedOn) yield 'the session had not taken place';
    if (order && performedOn > order.lastDayOfUseOn) yield 'the session was after the last day';
    if (order && redeemedOn > order.lastHandInOn) yield 'it was handed in too late';
    const terms = this.#terms.get(agreementId);
    if (terms === undefined) yield 'its agreement is unknown';
    if (terms && handOuts.some((each) => !allows(terms.restrictions.publics, [each.public]))) {
      yield 'the public was not covered';
    }
    const siret = this.#sirets.get(data.organisationId);
    if (
      !terms?.allowPrescribingPlace &&
      handOuts.some((each) => each.prescriberSiret !== undefined && each.prescriberSiret === siret)
    ) {
      yield 'the place had prescribed the book itself';
    }
    yield* this.#findFaultsOfPlace(data, event, terms);
  }

  *#findFaultsOfPlace(
    { placeId, performedOn, service }: VouchersRedeemed['data'],
    event: RecordedEvent,
    terms: Terms | undefined,
  ): Generator<string> {
    const followed = followedBy(event);
    const place = this.#places.get(placeId)?.findLast(({ from }) => from <= followed)?.place;
    if (place === undefined) {
      yield 'its place is unknown';
      return;
    }
    const labels = place.labels.filter(
      ({ validFromOn, validUntilOn }) => validFromOn <= performedOn && performedOn <= validUntilOn,
    );
    if (labels.length === 0) yield 'its place had no label on that day';
    else if (!labels.some(({ services }) => services.includes(service))) {
      yield `its place had no label for ${service}`;
    }
    if (place.suspended) yield 'its place was suspended';
    if (terms === undefined) return;
    if (!allows(terms.restrictions.services, [service])) yield `${service} was not covered`;
    if (!allows(terms.restrictions.territories, place.territories)) {
      yield 'the territory was not covered';
    }
  }

  #changePlace(placeId: string, { position }: RecordedEvent, change: Partial<Place>): void {
    const states = this.#places.get(placeId) ?? [];
    const before = states.at(-1)?.place ?? { labels: [], suspended: false, territories: [] };
    states.push({ from: position, place: { ...before, ...change } });
    this.#places.set(placeId, states);
  }

  #placeNow(placeId: string): Place | undefined {
    return this.#places.get(placeId)?.at(-1)?.place;
  }

  readonly #handlers: Handlers<Fact> = {
    AgreementSigned: ({ agreementId, restrictions, allowPrescribingPlace }) => {
      this.#terms.set(agreementId, { restrictions, allowPrescribingPlace });
    },
    OrganisationRegistered: ({ organisationId, siret }) => {
      this.#sirets.set(organisationId, siret);
    },
    OrganisationCorrected: ({ organisationId, siret }) => {
      this.#sirets.set(organisationId, siret);
    },
    PlaceListed: ({ placeId, address }, event) => {
      this.#changePlace(placeId, event, { territories: territoriesOf(address) });
    },
    PlaceCorrected: ({ placeId, address }, event) => {
      this.#changePlace(placeId, event, { territories: territoriesOf(address) });
    },
    PlaceLabelled: ({ placeId, ...label }, event) => {
      const labels = [...(this.#placeNow(placeId)?.labels ?? []), label];
      this.#changePlace(placeId, event, { labels });
    },
    PlaceSuspended: ({ placeId }, event) => {
      this.#changePlace(placeId, event, { suspended: true });
    },
    PlaceRestored: ({ placeId }, event) => {
      this.#changePlace(placeId, event, { suspended: false });
    },
    LabelWithdrawn: ({ placeId, withdrawnOn }, event) => {
      // What was performed before it keeps its label.
      const labels = (this.#placeNow(placeId)?.labels ?? [])
        .filter(({ validFromOn }) => validFromOn < withdrawnOn)
        .map((label) =>
          label.validUntilOn < withdrawnOn
            ? label
            : { ...label, validUntilOn: addDays(withdrawnOn, -1) },
        );
      this.#changePlace(placeId, event, { labels, suspended: false });
    },
    BooksOrdered: ({ orderId, lastDayOfUseOn, lastHandInOn }) => {
      const order = { lastDayOfUseOn, lastHandInOn, isActive: false, endedAt: undefined };
      this.#orders.set(orderId, order);
    },
    OrderActivated: ({ orderId }) => {
      const order = this.#orders.get(orderId);
      if (order) order.isActive = true;
    },
    ValidityEnded: ({ orderId }, { position }) => {
      const order = this.#orders.get(orderId);
      if (order) order.endedAt = position;
    },
    VouchersRedeemed: (data, event) => this.#redeemed(data, event),
  };
}

/** What the decision knew of other streams. */
const followedBy = ({ position, metadata }: RecordedEvent): bigint =>
  metadata.followedPosition === undefined ? position : BigInt(metadata.followedPosition);

/** Département and commune, as far as the address tells them. */
function territoriesOf({ postalCode, communeCode }: Address): readonly string[] {
  const department =
    communeCode === undefined ? departmentOfPostcode(postalCode) : departmentOfCommune(communeCode);
  return [department, communeCode].filter((code) => code !== undefined);
}

/** An empty list restricts nothing. */
const allows = (allowed: readonly string[], given: readonly string[]): boolean =>
  allowed.length === 0 || given.some((one) => allowed.includes(one));
