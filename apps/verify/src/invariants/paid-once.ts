import type { RecordedEvent } from '@app/platform';
import type {
  BankEntryFact,
  Component,
  PayeeFact,
  PaymentFact,
  RunFact,
  RunLine,
  RunRegisterFact,
} from '@app/reimbursement/contract';
import type { BookFact } from '@app/voucher-books/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';

type Fact = BankEntryFact | BookFact | PayeeFact | PaymentFact | RunFact | RunRegisterFact;

type Claim = {
  readonly organisationId: string;
  components: readonly Component[];
  amountCents: number;
  /** The latest that a version froze and did not release. */
  attempt: number;
  state: 'frozen' | 'ordered' | 'settled' | 'rejected' | 'returned' | 'granted' | 'released';
};

type Cents = Map<string, number>;

/**
 * I-7: what a run pays was owed at its opening and belonged to no claim, each claim is paid at most
 * once at a time, a further attempt follows evidence, and only a booked debit makes anything paid.
 */
export class PaidOnce extends Invariant {
  readonly id = 'I-7';
  readonly says = 'each redemption is in at most one live claim, and paid only by a booked debit';

  /** Signed, by agreement and place. */
  readonly #owed: Cents = new Map();
  #owedAtOpening: Cents = new Map();
  #inOwedAtOpening: readonly [string, readonly Component[]][] = [];
  /** Of the preparation at hand: owed at the opening less what belongs to claims. */
  #free: Cents = new Map();
  readonly #claims = new Map<string, Claim>();
  readonly #booked = new Set<string>();
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<Fact>(this.#handlers, event);
  }

  #owes(components: readonly Component[], sign: 1 | -1): void {
    for (const component of components) add(this.#owed, component, sign * component.cents);
  }

  /** Undefined, and broken, where nobody froze it. */
  #claim(claimId: string): Claim | undefined {
    const claim = this.#claims.get(claimId);
    if (claim === undefined) this.#broken(`claim ${claimId} was never frozen`);
    return claim;
  }

  #freeze(line: RunLine): void {
    const { claimId, attempt, organisationId, components, amountCents } = line;
    this.#owes(components, -1);
    const known = this.#claims.get(claimId);
    if (attempt === 1) {
      if (known && known.state !== 'released') this.#broken(`claim ${claimId} is frozen twice`);
      this.#assertFree(line);
    } else if (known?.state !== 'granted' || known.attempt + 1 !== attempt) {
      this.#broken(`claim ${claimId}: attempt ${attempt} without evidence on the one before`);
    } else {
      this.#assertParts(claimId, known, components);
    }
    this.#claims.set(claimId, {
      ...{ organisationId, components, amountCents, attempt, state: 'frozen' },
    });
  }

  /** An ordinary line takes whole pairs, and only what is nobody's. */
  #assertFree({ claimId, components }: RunLine): void {
    for (const component of components) {
      const pair = pairOf(component);
      const cents = this.#free.get(pair) ?? 0;
      if (cents !== component.cents) {
        this.#broken(`claim ${claimId} takes ${component.cents} of ${pair}, where ${cents} was`);
      }
      this.#free.delete(pair);
    }
  }

  #assertParts(claimId: string, claim: Claim, components: readonly Component[]): void {
    if (sameComponents(claim.components, components)) return;
    this.#broken(`claim ${claimId} moves other parts than were frozen`);
  }

  #evidence(claimId: string, source: string): void {
    if (!this.#isBooked(source)) this.#broken(`claim ${claimId}: ${source} was never booked`);
  }

  /** What an entry does to one of several is named with it: `{entryId}/{endToEndId}`. */
  #isBooked(source: string): boolean {
    return this.#booked.has(source.split('/')[0] ?? source);
  }

  readonly #handlers: Handlers<Fact> = {
    VouchersRedeemed: ({ agreementId, placeId, coveredCents }) => {
      add(this.#owed, { agreementId, placeId }, coveredCents);
    },
    RedemptionCancelled: ({ agreementId, placeId, coveredCents }) => {
      add(this.#owed, { agreementId, placeId }, -coveredCents);
    },
    DebtRepaid: ({ components, source, organisationId }) => {
      this.#owes(components, 1);
      if (!this.#isBooked(source)) {
        this.#broken(`debt of ${organisationId}: ${source} was never booked`);
      }
    },
    BankEntryRecorded: ({ entryId, source }) => {
      if (source === 'statement') this.#booked.add(entryId);
    },
    BankEntryBooked: ({ entryId }) => {
      this.#booked.add(entryId);
    },

    RunOpened: () => {
      this.#owedAtOpening = new Map(this.#owed);
      this.#inOwedAtOpening = [...this.#claims]
        .filter(([, { state }]) => IN_OWED.has(state))
        .map(([claimId, { components }]) => [claimId, components]);
    },
    PreparationStarted: () => {
      this.#free = new Map(this.#owedAtOpening);
      for (const [claimId, components] of this.#inOwedAtOpening) {
        if (this.#claims.get(claimId)?.state === 'released') continue;
        for (const component of components) add(this.#free, component, -component.cents);
      }
    },
    LinesFrozen: ({ lines }) => {
      for (const line of lines) this.#freeze(line);
    },
    LinesReleased: ({ lines }) => {
      for (const { claimId, attempt, components } of lines) {
        this.#owes(components, 1);
        const claim = this.#claim(claimId);
        if (!claim) continue;
        const isRepresented = attempt > 1;
        // A late debit of the attempt before may have come while this one was frozen.
        if (isRepresented && claim.state === 'settled') continue;
        const isUnsent = claim.state === 'frozen' || (isRepresented && claim.state === 'ordered');
        if (!isUnsent) this.#broken(`claim ${claimId} is released and was ${claim.state}`);
        if (isRepresented) Object.assign(claim, { state: 'granted', attempt: attempt - 1 });
        else this.#claims.delete(claimId);
      }
    },
    PaymentOrdered: ({ claimId, attempt, amountCents }) => {
      const claim = this.#claim(claimId);
      if (!claim) return;
      if (claim.state !== 'frozen' || claim.attempt !== attempt) {
        this.#broken(`claim ${claimId}: attempt ${attempt} is ordered and was ${claim.state}`);
      }
      if (claim.amountCents !== amountCents) this.#broken(`claim ${claimId} is ordered otherwise`);
      claim.state = 'ordered';
    },
    PaymentSettled: ({ claimId, components, from, source, amountCents }) => {
      this.#evidence(claimId, source);
      const claim = this.#claim(claimId);
      if (from === 'owed') this.#owes(components, -1);
      if (!claim) return;
      const expected = from === 'inRun' ? ['ordered'] : ['rejected', 'granted', 'frozen'];
      if (!expected.includes(claim.state)) {
        this.#broken(`claim ${claimId} is settled from ${from} and was ${claim.state}`);
      }
      if (claim.amountCents !== amountCents) this.#broken(`claim ${claimId} is settled otherwise`);
      this.#assertParts(claimId, claim, components);
      claim.state = 'settled';
    },
    PaymentRejected: ({ claimId, components }) => {
      this.#owes(components, 1);
      const claim = this.#claim(claimId);
      if (!claim) return;
      if (claim.state !== 'ordered') {
        this.#broken(`claim ${claimId} is rejected and was ${claim.state}`);
      }
      this.#assertParts(claimId, claim, components);
      claim.state = 'rejected';
    },
    PaymentReturned: ({ claimId, components, source }) => {
      this.#evidence(claimId, source);
      this.#owes(components, 1);
      const claim = this.#claim(claimId);
      if (!claim) return;
      if (claim.state !== 'settled') {
        this.#broken(`claim ${claimId} is returned and was ${claim.state}`);
      }
      this.#assertParts(claimId, claim, components);
      claim.state = 'returned';
    },
    RepresentmentGranted: ({ claimId, nextAttempt }) => {
      const claim = this.#claim(claimId);
      if (!claim) return;
      if (claim.state !== 'rejected' && claim.state !== 'returned') {
        this.#broken(`claim ${claimId} may be presented again and was ${claim.state}`);
      }
      if (nextAttempt !== claim.attempt + 1) this.#broken(`claim ${claimId} skips an attempt`);
      claim.state = 'granted';
    },
    ClaimReleased: ({ claimId }) => {
      const claim = this.#claim(claimId);
      if (!claim) return;
      if (!IN_OWED.has(claim.state)) this.#broken(`claim ${claimId} ends and was ${claim.state}`);
      claim.state = 'released';
    },
  };
}

/** States in which a claim's parts are in owed, and its own. */
const IN_OWED: ReadonlySet<Claim['state']> = new Set(['rejected', 'returned', 'granted']);

const pairOf = ({ agreementId, placeId }: Pick<Component, 'agreementId' | 'placeId'>): string =>
  `${agreementId} ${placeId}`;

function add(
  sums: Cents,
  component: Pick<Component, 'agreementId' | 'placeId'>,
  cents: number,
): void {
  const pair = pairOf(component);
  const sum = (sums.get(pair) ?? 0) + cents;
  if (sum === 0) sums.delete(pair);
  else sums.set(pair, sum);
}

function sameComponents(a: readonly Component[], b: readonly Component[]): boolean {
  const text = (components: readonly Component[]): string =>
    components
      .map((component) => `${pairOf(component)} ${component.cents}`)
      .sort()
      .join();
  return text(a) === text(b);
}
