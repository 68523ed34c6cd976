export { agreement } from './domain/agreement';
export type { AgreementWish } from './domain/agreement.messages';
export { needCents, type Agreement, type SignedAgreement } from './domain/agreement.state';
export { claimCoFunding, type CoFundingClaim } from './domain/co-funding';
export { deposit, type Deposit } from './domain/deposit';
export type { DepositWish } from './domain/deposit.messages';
export { funder, isPayable, type Funder } from './domain/funder';
export type { FunderWish } from './domain/funder.messages';
