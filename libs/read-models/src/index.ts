import type { Projection } from '@app/platform';
import { agreementTerms } from './funding/agreements.projection';
import { deposits } from './funding/deposits.projection';
import { funders } from './funding/funders.projection';
import { ledger } from './ledger/ledger.projection';

export { agreementTerms, type AgreementView } from './funding/agreements.projection';
export { deposits, type DepositView } from './funding/deposits.projection';
export { funders, type FunderView } from './funding/funders.projection';
export { FundingQueries } from './funding/funding.query';
export type { FundingBalance, PayeeBalance } from './ledger/balances';
export { BalanceQueries } from './ledger/balances.query';
export { FigureQueries, type FigureGrouping, type Figures } from './ledger/figures.query';
export { ledger } from './ledger/ledger.projection';

/** Every read model: the projector keeps them all, and a view not named here is dropped. */
export const PROJECTIONS: readonly Projection[] = [ledger, funders, agreementTerms, deposits];
