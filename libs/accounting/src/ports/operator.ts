import type { Seller } from '../contract';

/** Who runs the scheme and sells its work: as configured. */
export abstract class OperatorIdentity {
  abstract readonly seller: Seller;
}

/** `FR` + key + SIREN, as the tax administration derives it from the SIREN. */
export const vatNumberOf = (siret: string): string => {
  const siren = siret.slice(0, 9);
  const key = (12 + 3 * (Number(siren) % 97)) % 97;
  return `FR${String(key).padStart(2, '0')}${siren}`;
};
