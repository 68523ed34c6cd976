import type { RefusalReasons, RefusalStatuses, RightsTable } from '@app/platform';
import { RIGHTS } from './access/rights';
import { AccessApiModule } from './users/access-api.module';
import { ACCESS_REASONS, ACCESS_STATUSES } from './users/access.refusals';
import { AccountingApiModule } from './accounting/accounting-api.module';
import { ACCOUNTING_REASONS, ACCOUNTING_STATUSES } from './accounting/accounting.refusals';
import { AuditApiModule } from './audit/audit-api.module';
import { BankApiModule } from './bank/bank-api.module';
import { ContactsApiModule } from './contacts/contacts-api.module';
import { CONTACTS_REASONS, CONTACTS_STATUSES } from './contacts/contacts.refusals';
import { FIELD_REASONS } from './common/fields';
import { FundingApiModule } from './funding/funding-api.module';
import { FUNDING_REASONS, FUNDING_STATUSES } from './funding/funding.refusals';
import { PlacesApiModule } from './places/places-api.module';
import { PLACES_REASONS, PLACES_STATUSES } from './places/places.refusals';
import { PrintsApiModule } from './prints/prints-api.module';
import { RedemptionsApiModule } from './redemptions/redemptions-api.module';
import { VoucherBooksApiModule } from './voucher-books/voucher-books-api.module';
import { REIMBURSEMENT_REASONS, REIMBURSEMENT_STATUSES } from './runs/reimbursement.refusals';
import { RunsApiModule } from './runs/runs-api.module';
import { TreasuryApiModule } from './treasury/treasury-api.module';
import {
  VOUCHER_BOOKS_REASONS,
  VOUCHER_BOOKS_STATUSES,
} from './voucher-books/voucher-books.refusals';

import { WebhooksApiModule } from './webhooks/webhooks-api.module';
import { WEBHOOKS_REASONS, WEBHOOKS_STATUSES } from './webhooks/webhooks.refusals';

/** All routes of the api. */
export const API_MODULES = [
  AccessApiModule,
  FundingApiModule,
  PlacesApiModule,
  VoucherBooksApiModule,
  RedemptionsApiModule,
  PrintsApiModule,
  RunsApiModule,
  TreasuryApiModule,
  BankApiModule,
  AccountingApiModule,
  ContactsApiModule,
  AuditApiModule,
  WebhooksApiModule,
] as const;

/** Who may call them, and all they refuse. */
export const API_TABLES: Readonly<{
  rights: RightsTable;
  refusalStatuses: RefusalStatuses;
  refusalReasons: RefusalReasons;
}> = {
  rights: RIGHTS,
  refusalStatuses: {
    ...ACCESS_STATUSES,
    ...PLACES_STATUSES,
    ...FUNDING_STATUSES,
    ...VOUCHER_BOOKS_STATUSES,
    ...REIMBURSEMENT_STATUSES,
    ...ACCOUNTING_STATUSES,
    ...CONTACTS_STATUSES,
    ...WEBHOOKS_STATUSES,
  },
  refusalReasons: {
    ...FIELD_REASONS,
    ...ACCESS_REASONS,
    ...PLACES_REASONS,
    ...FUNDING_REASONS,
    ...VOUCHER_BOOKS_REASONS,
    ...REIMBURSEMENT_REASONS,
    ...ACCOUNTING_REASONS,
    ...CONTACTS_REASONS,
    ...WEBHOOKS_REASONS,
  },
};
