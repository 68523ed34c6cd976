import { ReadStore } from '@app/platform';
import { BalanceQueries, HeldQueries, type Held, type PayeeBalance } from '@app/read-models';
import { Injectable } from '@nestjs/common';

/** What those who are paid redeemed and are owed, and what of it waits. */
@Injectable()
export class PayeeBalances {
  constructor(
    private readonly store: ReadStore,
    private readonly balances: BalanceQueries,
    private readonly held: HeldQueries,
  ) {}

  getPlace(placeId: string, asOf?: Date): PayeeBalance & Held {
    return this.store.snapshot(() => {
      const owed = this.balances.listOwed('placeId', placeId, asOf);
      const balance = this.balances.getPlace(placeId, asOf);
      return { ...balance, ...this.held.getHeld({ placeId }, owed, asOf) };
    });
  }

  getOrganisation(organisationId: string, asOf?: Date): PayeeBalance & Held {
    return this.store.snapshot(() => {
      const owed = this.balances.listOwed('organisationId', organisationId, asOf);
      const balance = this.balances.getOrganisation(organisationId, asOf);
      return { ...balance, ...this.held.getHeld({ organisationId }, owed, asOf) };
    });
  }
}
