/** The one account of this deployment where funders' money sits (compte de cantonnement). */
export abstract class RingFencedAccount {
  /** Electronic form: no spaces, upper case. */
  abstract readonly iban: string;
}
