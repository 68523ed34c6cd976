import type { AgreementOfBook } from '../domain/book/book.messages';

/** What orders and books have to know of an agreement, as its stream says. */
export type AgreementOfOrders = Readonly<{
  agreementId: string;
  funderId: string;
  status: 'signed' | 'closed';
  faceValueCents: number;
  booksOf: readonly number[];
  feeBasisPoints: number;
  vatBasisPoints: number;
  /** What its uncancelled orders leave of its ceiling. */
  headroomCents: number;
  /** Restrictions, hand-out rules and whether it has a shortfall. */
  ofBook: AgreementOfBook;
}>;

/** Whoever runs these use cases provides it over funding's own decider. */
export abstract class Agreements {
  abstract find(agreementId: string): Promise<AgreementOfOrders | undefined>;
}
