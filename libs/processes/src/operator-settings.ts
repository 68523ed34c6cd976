import { PAYMENT_TERMS, vatNumberOf } from '@app/accounting';
import type { Seller } from '@app/accounting/contract';
import type { Config } from '@app/platform';

/** Who the operator is, for whoever makes its invoices. */
export const OPERATOR_NEEDS = [
  'operatorMentions',
  'operatorSiret',
  'ringFencedHolder',
] as const satisfies readonly (keyof Config)[];

/** The operator holds the ring-fenced account, so its name and address are the holder's. */
export const operatorOf = ({
  operatorMentions: legalMentions,
  operatorSiret: siret,
  ringFencedHolder: { holderName, address },
}: Pick<Config, (typeof OPERATOR_NEEDS)[number]>): Seller => {
  const { street, postalCode, city, country } = address;
  return {
    ...{ name: holderName, siret, legalMentions, vatNumber: vatNumberOf(siret) },
    paymentTerms: PAYMENT_TERMS,
    address: `${street}, ${postalCode} ${city}, ${country}`,
  };
};
