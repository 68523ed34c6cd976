import type { Position } from '@app/platform';
import type { CodeOrigin } from '../adapters/voucher-codes';
import type { OrderOfBook, PlaceOfRedemption } from '../domain/book/book.messages';

/** Which book is meant, and in which place, where one is. */
export type BookQuestion = Readonly<{ book: number; placeId?: string | undefined }>;

/** What other streams say about a book and a place: all as of one position of the log. */
export type BookKnowledge = Readonly<{
  /** Undefined while the log is empty. */
  position: Position | undefined;
  /** Under which key its codes are derived today; undefined for a number nobody was given. */
  origin: CodeOrigin | undefined;
  /** Undefined also for a replacement's number that no BookReplaced names yet. */
  order: OrderOfBook | undefined;
  /** Of the order's agreement. */
  funderName: string | undefined;
  /** Undefined where there is none, or none that belongs to an organisation. */
  place: PlaceOfRedemption | undefined;
}>;

/** A place as the holder of a voucher is told of it. */
export type PlaceToGo = Readonly<{
  placeId: string;
  name: string;
  city: string;
  services: readonly string[];
}>;

/**
 * What is decided on beside the book's own stream. Memory follows the log and accepts; a refusal is
 * confirmed on the streams, because memory may not have heard yet.
 */
export abstract class BookLookup {
  /** At once; undefined while memory replays or is too far behind to be believed. */
  abstract recall(question: BookQuestion): BookKnowledge | undefined;

  /** As the streams say at the present end of the log, or later. */
  abstract confirm(question: BookQuestion): Promise<BookKnowledge>;

  /** Places that take this order's vouchers that day, those of the département first. */
  abstract listPlacesToGo(
    order: OrderOfBook,
    options: Readonly<{ on: string; department: string | undefined; placesMax: number }>,
  ): readonly PlaceToGo[];

  /** Waits until memory has followed to the present end of the log; false where it does not. */
  abstract catchUp(): Promise<boolean>;
}
