import { FundingModule, AgreementFigures, RingFencedAccount } from '@app/funding';
import { OrganisationsBySiret, PlacesModule, Uploads } from '@app/places';
import { AggregateStore, BusSender, Clock, Randomness, ReadStore } from '@app/platform';
import {
  BalanceQueries,
  DirectoryImportQueries,
  OrganisationQueries,
  PlaceQueries,
} from '@app/read-models';
import { Agreements, BeneficiaryReferences, KeyRing, VoucherBooksModule } from '@app/voucher-books';
import { Global, Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { AgreementsOfOrders } from './joints/agreements-of-orders.adapter';
import { FiguresOfAgreements } from './joints/figures-of-agreements.adapter';

export type SchemeOptions = Readonly<{
  aggregates: AggregateStore;
  readStore: ReadStore;
  clock: Clock;
  randomness: Randomness;
  keyRing: KeyRing;
  /** Of the ring-fenced account, electronic form. */
  ringFencedIban: string;
  /** Uploads are kept in it. */
  dataDir: string;
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
    const organisations = new OrganisationQueries(readStore);
    const providers = [
      { provide: AggregateStore, useValue: aggregates },
      { provide: ReadStore, useValue: readStore },
      { provide: Clock, useValue: clock },
      { provide: Randomness, useValue: randomness },
      { provide: KeyRing, useValue: keyRing },
      { provide: BeneficiaryReferences, useValue: new BeneficiaryReferences(keyRing) },
      { provide: RingFencedAccount, useValue: { iban: ringFencedIban } },
      { provide: BalanceQueries, useValue: new BalanceQueries(readStore) },
      { provide: DirectoryImportQueries, useValue: new DirectoryImportQueries(readStore) },
      { provide: OrganisationQueries, useValue: organisations },
      { provide: OrganisationsBySiret, useValue: organisations },
      { provide: PlaceQueries, useValue: new PlaceQueries(readStore) },
      { provide: Uploads, useValue: new Uploads(options.dataDir) },
      { provide: Agreements, useClass: AgreementsOfOrders },
      { provide: AgreementFigures, useClass: FiguresOfAgreements },
      BusSender,
    ];
    return {
      module: SchemeModule,
      imports: [CqrsModule.forRoot(), PlacesModule, FundingModule, VoucherBooksModule],
      providers,
      exports: [...providers, CqrsModule],
    };
  }
}
