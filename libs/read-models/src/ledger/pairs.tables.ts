import type { TableInput } from '@app/platform';

/** One agreement's debt to one place, signed; every roll-up of owed adds these pairs. */
export type PairRow = Readonly<{
  agreementId: string;
  placeId: string;
  day: string;
  organisationId: string;
  owedCents: number;
  inRunCents: number;
  paidCents: number;
  /** Net of cancellations. */
  vouchersRedeemed: number;
}>;

/** Money of one public in one département, signed: by these the figures are counted. */
export type Part = Readonly<{ department: string; public: string; cents: number }>;

/**
 * A pair as it is now, with what runs ask of it. Owed is made of what claims have (rejected or
 * returned, and theirs until they are paid or released) and of the rest, which the next run's
 * ordinary lines take: as `older` and `newer` than the latest opening.
 */
export type DueRow = PairRow &
  Readonly<{
    /** Number of the latest opening that this row has seen; 0 before the first. */
    opening: number;
    /** What was owed at that opening, claims' parts included. */
    owedAtOpeningCents: number;
    /** Of it what belonged to no claim. */
    ordinaryAtOpeningCents: number;
    /** Day of the oldest redemption in it, '' where nothing was owed. */
    oldestAtOpeningOn: string;
    /** Σ older + Σ newer. */
    ordinaryCents: number;
    /** Of before the opening, and frozen by no run since: LinesFrozen takes it whole. */
    older: readonly Part[];
    /** Day of its oldest redemption, '' where it is not above 0. */
    olderOn: string;
    newer: readonly Part[];
    newerOn: string;
  }>;

/**
 * What a claim is made of at one pair: fixed when its line is frozen, so that what the bank says of
 * the claim is counted by département and public. Gone once the claim is released.
 */
export type ClaimPartRow = Readonly<{
  claimId: string;
  agreementId: string;
  placeId: string;
  /** Σ = the component's cents. */
  parts: readonly Part[];
  oldestOn: string;
  /** Number of the latest opening when the bank rejected or returned it, 0 before. */
  failedAfterOpening: number;
}>;

/** An agreement's cash after the last change of `day`. */
export type CashRow = Readonly<{
  agreementId: string;
  day: string;
  funderId: string;
  /** Deposited (confirmed or not) − paid − returned − swept. */
  cashCents: number;
  /** Of what is deposited, what a booked credit stands behind. */
  confirmedCents: number;
  /** Fees that have left. */
  sweptCents: number;
  /**
   * In lines that the bank has not answered: per line the agreement's part where it is positive. A
   * negative part raises no cash before it is booked. And in refunds that are ordered and not booked.
   */
  frozenCents: number;
}>;

/** The cash as it is now, and what a run may draw on. */
export type DrawableRow = CashRow &
  Readonly<{
    /** Number of the latest PreparationStarted that this row has seen; 0 before the first. */
    preparation: number;
    /** Cash − frozen at that event. */
    drawableCents: number;
  }>;

/** A change of an agreement's cash. */
export type CashChange = Readonly<{
  position: bigint;
  agreementId: string;
  atMs: number;
}> &
  CashSums;

export type CashSums = Pick<CashRow, 'cashCents' | 'confirmedCents' | 'sweptCents' | 'frozenCents'>;

/** The latest RunOpened (`opening`) and PreparationStarted (`preparation`). */
export type MarkRow = Readonly<{
  name: 'opening' | 'preparation';
  /** How many there have been. */
  number: number;
  eventId: string;
  runId: string;
  /** Of the preparation, 0 of an opening. */
  version: number;
  day: string;
}>;

export type PairsRows = {
  pairs: DueRow;
  pairClosings: PairRow;
  claimParts: ClaimPartRow;
  cash: DrawableRow;
  cashClosings: CashRow;
  cashChanges: CashChange;
  runMarks: MarkRow;
};

const pairColumns = {
  agreementId: 'text',
  placeId: 'text',
  day: 'text',
  organisationId: 'text',
  owedCents: 'integer',
  inRunCents: 'integer',
  paidCents: 'integer',
  vouchersRedeemed: 'integer',
} as const;

const cashSumColumns = {
  cashCents: 'integer',
  confirmedCents: 'integer',
  sweptCents: 'integer',
  frozenCents: 'integer',
} as const;

const cashColumns = {
  agreementId: 'text',
  day: 'text',
  funderId: 'text',
  ...cashSumColumns,
} as const;

export const PAIRS_TABLES: { readonly [Name in keyof PairsRows]: TableInput<PairsRows[Name]> } = {
  pairs: {
    columns: {
      ...pairColumns,
      opening: 'integer',
      owedAtOpeningCents: 'integer',
      ordinaryAtOpeningCents: 'integer',
      oldestAtOpeningOn: 'text',
      ordinaryCents: 'integer',
      older: 'json',
      olderOn: 'text',
      newer: 'json',
      newerOn: 'text',
    },
    key: ['agreementId', 'placeId'],
    indexes: [['placeId'], ['organisationId']],
  },
  pairClosings: { columns: pairColumns, key: ['agreementId', 'placeId', 'day'] },
  claimParts: {
    columns: {
      claimId: 'text',
      agreementId: 'text',
      placeId: 'text',
      parts: 'json',
      oldestOn: 'text',
      failedAfterOpening: 'integer',
    },
    key: ['claimId', 'agreementId', 'placeId'],
  },
  cash: {
    columns: { ...cashColumns, preparation: 'integer', drawableCents: 'integer' },
    key: ['agreementId'],
    indexes: [['funderId']],
  },
  cashClosings: { columns: cashColumns, key: ['agreementId', 'day'] },
  cashChanges: {
    columns: { position: 'position', agreementId: 'text', atMs: 'integer', ...cashSumColumns },
    key: ['position', 'agreementId'],
  },
  runMarks: {
    columns: {
      name: 'text',
      number: 'integer',
      eventId: 'text',
      runId: 'text',
      version: 'integer',
      day: 'text',
    },
    key: ['name'],
  },
};
