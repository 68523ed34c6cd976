/**
 * What the agreement's own stream does not know of its money, from the read models. The agreement's
 * stream still judges what is available.
 */
export abstract class AgreementFigures {
  /**
   * Of all that the log held when it was asked.
   * @throws ReadModelBehind where the views do not get there in 2 s.
   */
  abstract getFigures(agreementId: string): Promise<AgreementFiguresOf>;
}

export type AgreementFiguresOf = Readonly<{
  /** deposited − paid − returned − swept, less what runs have frozen for places and refunds wait for. */
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
