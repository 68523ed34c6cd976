import type { Seller } from '../contract';

/** Who runs the scheme and sells its work: as configured. */
export abstract class OperatorIdentity {
  abstract readonly seller: Seller;
}

/**
 * What the law lets nobody go below: ECB rate and ten points between firms (Code de commerce, L441-10),
 * eight where the buyer is public (Code de la commande publique, R2192-31), 40 € for recovery.
 */
export const PAYMENT_TERMS =
  `Pas d'escompte. En cas de retard, pénalités au taux de la Banque centrale européenne majoré de dix ` +
  `points, de huit pour un acheteur public, et indemnité forfaitaire de recouvrement de 40 €.`;

/** `FR` + key + SIREN, as the tax administration derives it from the SIREN. */
export const vatNumberOf = (siret: string): string => {
  const siren = siret.slice(0, 9);
  const key = (12 + 3 * (Number(siren) % 97)) % 97;
  return `FR${String(key).padStart(2, '0')}${siren}`;
};
