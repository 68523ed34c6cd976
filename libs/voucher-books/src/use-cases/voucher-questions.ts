import { AggregateStore, Clock, type Actor } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { CodeGate } from '../adapters/code-gate';
import { VoucherCodes } from '../adapters/voucher-codes';
import { checkVoucher } from '../domain/book/acceptance';
import { book } from '../domain/book/book';
import type { OrderOfBook, PlaceOfRedemption } from '../domain/book/book.messages';
import { type Book, findHandOut } from '../domain/book/book.state';
import { holderBalance, type HolderBalance } from '../domain/book/holder-balance';
import type { Asker } from '../domain/codes/code-limits';
import { refuse, type VoucherRefusalCode } from '../domain/refuse';
import { BookLookup, type BookKnowledge, type PlaceToGo } from '../ports/book-lookup';
import { areGenuine, askerOf, type PresentedCodes, readCodes } from './presented-codes';

export type VoucherCheck = Readonly<{
  accepted: boolean;
  reasons: readonly VoucherRefusalCode[];
  faceValueCents: number;
  validUntilOn: string;
  /** Its name. */
  funder: string;
  /** On which it can be spent here, or anywhere where no place is named; empty: on all. */
  services: readonly string[];
}>;

export type HolderAnswer = HolderBalance &
  Readonly<{ validUntilOn: string; lastDayOfUseOn: string; places: readonly PlaceToGo[] }>;

/** Places a holder is told of at most: those near come first. */
const PLACES_MAX = 50;

/** Questions with a code in them that change nothing. A "no" is confirmed on the streams. */
@Injectable()
export class VoucherQuestions {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly lookup: BookLookup,
    private readonly voucherCodes: VoucherCodes,
    private readonly gate: CodeGate,
    private readonly clock: Clock,
  ) {}

  /** Every reason why a voucher would be refused. @throws DomainError `voucher_unknown`, … */
  async check(
    actor: Actor,
    { code, placeId, address }: { code: string; placeId?: string | undefined; address: string },
  ): Promise<VoucherCheck> {
    const presented = readCodes([code]);
    const asker = askerOf(actor, { placeId, address });
    await this.gate.refuseGuesser(asker);
    const question = { book: presented.book, placeId };
    const remembered = this.lookup.recall(question);
    const state = remembered && this.aggregates.recall(book, `${presented.book}`)?.state;
    if (remembered !== undefined && state !== undefined && remembered.order !== undefined) {
      const isOwn = placeId === undefined || remembered.place?.organisationId === actor.partyId;
      const said = isOwn && this.#judge(presented, { ...remembered, state });
      if (said && said.accepted) return said;
    }
    const confirmed = await this.#confirm(presented, asker, placeId);
    if (placeId !== undefined && confirmed.place?.organisationId !== actor.partyId) {
      return refuse('place_unknown');
    }
    return this.#judge(presented, confirmed) ?? refuse('voucher_unknown');
  }

  /** What is left of a book or a voucher, for whoever holds it. Never where it was used. */
  async holderBalance({ code, address }: { code: string; address: string }): Promise<HolderAnswer> {
    const presented = readCodes([code]);
    const asker = { address };
    await this.gate.refuseGuesser(asker);
    const { order, state } = await this.#confirm(presented, asker, undefined);
    const voucher = presented.codes[0]?.voucher ?? 0;
    if (order === undefined || voucher > order.vouchersInBook) return refuse('voucher_unknown');
    const today = this.clock.today();
    const balance = holderBalance(state, order, { voucher: voucher || undefined, today });
    const { validUntilOn, lastDayOfUseOn } = order;
    const department = (findHandOut(state, voucher || 1) ?? state.handOuts[0])?.department;
    const options = { on: today, department, placesMax: PLACES_MAX };
    const places = balance.vouchersLeft > 0 ? this.lookup.listPlacesToGo(order, options) : [];
    return { ...balance, validUntilOn, lastDayOfUseOn, places };
  }

  /** Undefined where the code is not of a voucher of this scheme, as far as is known. */
  #judge(presented: PresentedCodes, known: Known): VoucherCheck | undefined {
    const { order, place, state, funderName = '' } = known;
    const voucher = presented.codes[0]?.voucher ?? 0;
    if (order === undefined || !areGenuine(this.voucherCodes, presented, known)) return undefined;
    const today = this.clock.today();
    const { accepted, reasons } = checkVoucher(state, { voucher, order, place, today });
    if (reasons.includes('voucher_unknown')) return undefined;
    const { faceValueCents, validUntilOn } = order;
    const services = servicesOf(order, place, today);
    return { accepted, reasons, faceValueCents, validUntilOn, funder: funderName, services };
  }

  /** On the streams. A code that is not genuine there is counted, and nobody is told more. */
  async #confirm(
    presented: PresentedCodes,
    asker: Asker,
    placeId: string | undefined,
  ): Promise<Known> {
    const known = await this.lookup.confirm({ book: presented.book, placeId });
    const { state } = await this.aggregates.load(book, `${presented.book}`);
    if (areGenuine(this.voucherCodes, presented, known)) return { ...known, state };
    await this.gate.countWrongCode(asker);
    return refuse('voucher_unknown');
  }
}

type Known = BookKnowledge & Readonly<{ state: Book }>;

/** What the place is labelled for today, and of that what the agreement pays. */
function servicesOf(
  { agreement }: OrderOfBook,
  place: PlaceOfRedemption | undefined,
  today: string,
): readonly string[] {
  const paid = agreement.restrictions.services;
  if (place === undefined) return paid;
  const offered = place.labels
    .filter(({ validFromOn, validUntilOn }) => validFromOn <= today && today <= validUntilOn)
    .flatMap(({ services }) => services);
  return [...new Set(offered)].filter((each) => paid.length === 0 || paid.includes(each));
}
