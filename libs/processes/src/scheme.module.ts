import { AccessModule } from '@app/access';
import {
  AccountingModule,
  BooksOfMonths,
  OperatorIdentity,
  TermsOfAgreements,
} from '@app/accounting';
import type { Seller } from '@app/accounting/contract';
import { ContactCards, ContactsModule } from '@app/contacts';
import { FundingModule, AgreementFigures, RingFencedAccount } from '@app/funding';
import { OrganisationsBySiret, PlacesModule, Uploads } from '@app/places';
import { AggregateStore, BusSender, Clock, Randomness, ReadStore } from '@app/platform';
import {
  AccessQueries,
  BalanceQueries,
  BankQueries,
  BookQueries,
  CashQueries,
  ClosingQueries,
  ContactQueries,
  CoverageQueries,
  DebtQueries,
  DirectoryImportQueries,
  FecQueries,
  FeeSweepQueries,
  FigureQueries,
  FundingQueries,
  HeldQueries,
  InvoiceQueries,
  OrderQueries,
  OrganisationQueries,
  PaymentQueries,
  PlaceQueries,
  PrintQueries,
  ReconciliationQueries,
  RunAmountQueries,
  RunContentQueries,
  RunQueries,
  SolvencyQueries,
  StatementQueries,
  StockQueries,
  WebhookQueries,
} from '@app/read-models';
import {
  AccountViews,
  BankReportFiles,
  BankReportKeys,
  BankTexts,
  FundingAtBank,
  PayableAccounts,
  PayeePlaces,
  PaymentFiles,
  ReimbursementModule,
  RunBases,
  RunSettings,
  TreasuryFigures,
} from '@app/reimbursement';
import {
  Agreements,
  BeneficiaryReferences,
  KeyRing,
  LetterFacts,
  PrintFiles,
  StockFigures,
  VoucherBooksModule,
} from '@app/voucher-books';
import {
  DeliveryLog,
  Owners,
  WebhookRules,
  WebhookSecrets,
  WebhookSender,
  WebhooksModule,
} from '@app/webhooks';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { BooksInViews } from './joints/books-in-views.adapter';
import { DeliveryLogInViews } from './joints/delivery-log-in-views.adapter';
import { OwnersInStreams } from './joints/owners-in-streams.adapter';
import { TermsFromFunding } from './joints/terms-of-agreements.adapter';
import { AgreementsOfOrders } from './joints/agreements-of-orders.adapter';
import { FiguresOfAgreements } from './joints/figures-of-agreements.adapter';
import { FundingAtBankByWishes } from './joints/funding-at-bank.adapter';
import { LetterFactsOfScheme } from './joints/letter-facts-of-scheme.adapter';
import { OrganisationsInViews } from './joints/organisations-in-views.adapter';
import { PayableAccountsOfOrganisations } from './joints/payable-accounts-of-organisations.adapter';
import { PayeePlacesOfOrganisations } from './joints/payee-places-of-organisations.adapter';
import { RunBasesInViews } from './joints/run-bases-in-views.adapter';
import { StockInViews } from './joints/stock-in-views.adapter';
import { TreasuryFiguresInViews } from './joints/treasury-figures-in-views.adapter';
import { ViewsAtHead } from './joints/views-at-head.adapter';

export type SchemeOptions = Readonly<{
  aggregates: AggregateStore;
  readStore: ReadStore;
  clock: Clock;
  randomness: Randomness;
  keyRing: KeyRing;
  /** Of the ring-fenced account, electronic form. */
  ringFencedIban: string;
  /** Uploads, prints and files for the bank are kept in it. */
  dataDir: string;
  runs: RunSettings;
  operator: Seller;
  /**
   * Lets endpoints of webhooks be on this machine, over HTTP. Tests alone say so: no program does, and
   * no variable can.
   */
  webhooksOnLoopback?: true;
}>;

/**
 * Everything commands need, for whichever program sends them: the contexts' handlers, the ports they
 * ask for, and the joints where one context answers another.
 */
@Global()
@Module({})
export class SchemeModule {
  static with(options: SchemeOptions): DynamicModule {
    const { aggregates, readStore, clock, randomness, keyRing, ringFencedIban } = options;
    const providers = [
      { provide: AggregateStore, useValue: aggregates },
      { provide: ReadStore, useValue: readStore },
      { provide: Clock, useValue: clock },
      { provide: Randomness, useValue: randomness },
      { provide: KeyRing, useValue: keyRing },
      { provide: BeneficiaryReferences, useValue: new BeneficiaryReferences(keyRing) },
      { provide: RingFencedAccount, useValue: { iban: ringFencedIban } },
      ...QUERIES.map((query) => ({ provide: query, useValue: new query(readStore) })),
      ViewsAtHead,
      { provide: OrganisationsBySiret, useClass: OrganisationsInViews },
      ...filePorts(options),
      { provide: AccountViews, useExisting: BankQueries },
      { provide: FundingAtBank, useClass: FundingAtBankByWishes },
      { provide: RunSettings, useValue: options.runs },
      { provide: OperatorIdentity, useValue: { seller: options.operator } },
      { provide: TermsOfAgreements, useClass: TermsFromFunding },
      { provide: BooksOfMonths, useClass: BooksInViews },
      { provide: PayableAccounts, useClass: PayableAccountsOfOrganisations },
      { provide: PayeePlaces, useClass: PayeePlacesOfOrganisations },
      { provide: RunBases, useClass: RunBasesInViews },
      { provide: LetterFacts, useClass: LetterFactsOfScheme },
      { provide: Agreements, useClass: AgreementsOfOrders },
      { provide: AgreementFigures, useClass: FiguresOfAgreements },
      { provide: StockFigures, useClass: StockInViews },
      { provide: TreasuryFigures, useClass: TreasuryFiguresInViews },
      ...webhookPorts(options),
      BusSender,
    ];
    return {
      module: SchemeModule,
      imports: [
        CqrsModule.forRoot(),
        AccessModule,
        ContactsModule,
        PlacesModule,
        FundingModule,
        VoucherBooksModule,
        ReimbursementModule,
        AccountingModule,
        WebhooksModule,
      ],
      providers,
      exports: [...providers, CqrsModule, VoucherBooksModule],
    };
  }
}

const filePorts = ({ dataDir, keyRing: keys, randomness }: SchemeOptions) => {
  const sealed = { dataDir, keys, randomness };
  const reportKeys = new BankReportKeys(sealed);
  return [
    { provide: Uploads, useValue: new Uploads(dataDir) },
    { provide: PrintFiles, useValue: new PrintFiles({ dataDir, keyRing: keys, randomness }) },
    { provide: PaymentFiles, useValue: new PaymentFiles(sealed) },
    { provide: BankReportFiles, useValue: new BankReportFiles({ ...sealed, reportKeys }) },
    { provide: BankReportKeys, useValue: reportKeys },
    { provide: BankTexts, useValue: new BankTexts(reportKeys) },
    { provide: ContactCards, useValue: new ContactCards(sealed) },
  ];
};

const webhookPorts = ({ keyRing, webhooksOnLoopback }: SchemeOptions) => {
  const loopback = webhooksOnLoopback === true;
  return [
    { provide: Owners, useClass: OwnersInStreams },
    { provide: DeliveryLog, useClass: DeliveryLogInViews },
    { provide: WebhookSecrets, useValue: new WebhookSecrets(keyRing) },
    { provide: WebhookRules, useValue: { loopback } },
    { provide: WebhookSender, useValue: new WebhookSender({ loopback }) },
  ];
};

/** One of each: they share the program's read-only connection. */
const QUERIES = [
  AccessQueries,
  BalanceQueries,
  BankQueries,
  BookQueries,
  CashQueries,
  ClosingQueries,
  ContactQueries,
  CoverageQueries,
  DebtQueries,
  DirectoryImportQueries,
  FecQueries,
  FeeSweepQueries,
  FigureQueries,
  FundingQueries,
  HeldQueries,
  InvoiceQueries,
  OrderQueries,
  OrganisationQueries,
  PaymentQueries,
  PlaceQueries,
  PrintQueries,
  ReconciliationQueries,
  RunAmountQueries,
  RunContentQueries,
  RunQueries,
  SolvencyQueries,
  StatementQueries,
  StockQueries,
  WebhookQueries,
];
