import type { Projection } from '@app/platform/read-store';
import { access } from './access/access.projection';
import { bank } from './bank/bank.projection';
import { accounting } from './accounting/accounting.projection';
import { agreementTerms } from './funding/agreements.projection';
import { deposits } from './funding/deposits.projection';
import { funders } from './funding/funders.projection';
import { ledger } from './ledger/ledger.projection';
import { directoryImports } from './places/directory-imports.projection';
import { placedOrders } from './orders/orders.projection';
import { organisations } from './places/organisations.projection';
import { places } from './places/places.projection';
import { prescribers } from './prescribers/prescribers.projection';
import { prescriberStock } from './prescribers/stock.projection';
import { contactViews } from './contacts/contacts.projection';
import { prints } from './prints/prints.projection';
import { redemptions } from './redemptions/redemptions.projection';
import { runs } from './runs/runs.projection';
import { ringFencedAccount } from './treasury/account.projection';
import { debtDecisions } from './treasury/debtors.projection';
import { feeSweepViews } from './treasury/fee-sweeps.projection';
import { solvencyAlarms } from './treasury/solvency-alarms.projection';
import { webhookDeliveries, webhookViews } from './webhooks/webhooks.projection';

/** Every read model: the projector keeps them all, and a view not named here is dropped. */
export const PROJECTIONS: readonly Projection[] = [
  access,
  accounting,
  ledger,
  funders,
  agreementTerms,
  deposits,
  bank,
  organisations,
  places,
  directoryImports,
  placedOrders,
  prescribers,
  prescriberStock,
  prints,
  contactViews,
  redemptions,
  runs,
  ringFencedAccount,
  solvencyAlarms,
  feeSweepViews,
  debtDecisions,
  webhookViews,
  webhookDeliveries,
];

/** Two halves of like cost: most of what is in the log moves money, and the ledger has most to do then. */
export const REBUILT_TOGETHER: readonly (readonly Projection[])[] = [
  [ledger],
  PROJECTIONS.filter((each) => each !== ledger),
];
