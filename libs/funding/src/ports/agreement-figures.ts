/**
 * What the agreement's own stream does not know of its money. A lookup of the read models, which may
 * lag by seconds: the agreement's stream still judges what is available.
 */
export abstract class AgreementFigures {
  /** Throws `ReadModelBehind` while the views are being built. */
  abstract getFigures(agreementId: string): AgreementFiguresOf | Promise<AgreementFiguresOf>;
}

export type AgreementFiguresOf = Readonly<{
  /** deposited − paid − returned − swept, less what runs have frozen for places. */
  cashCents: number;
  /** Gross: what places are owed and what they owe back both keep an agreement open. */
  owedCents: number;
  owedByPlacesCents: number;
  /** Gross likewise. */
  inRunCents: number;
  expiredCents: number;
  /** Active or distributed value: an order is open that has some. */
  inUseCents: number;
}>;
