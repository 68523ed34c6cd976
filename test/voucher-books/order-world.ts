import type { Person, SchemeApp } from '../support/scheme-app';

/** An agreement of 10 € vouchers with 5,000 € of confirmed money, and who may do what with it. */
export class OrderWorld {
  private constructor(
    readonly app: SchemeApp,
    readonly operator: Person,
    readonly funder: Person,
    readonly agreementId: string,
  ) {}

  static async in(app: SchemeApp, terms: object = {}): Promise<OrderWorld> {
    const operator = app.as('operator');
    const { funderId } = await operator.post<{ funderId: string }>('/v1/funders', {
      ...{ name: 'Département de la Nièvre', siret: '22230001400016', kind: 'departement' },
    });
    const { agreementId } = await operator.post<{ agreementId: string }>('/v1/agreements', {
      ...{ funderId, reference: 'CONV-1', faceValueCents: 1_000, booksOf: [10] },
      ...{ feeBasisPoints: 500, vatBasisPoints: 2_000, ceilingCents: 100_000_000 },
      coFunders: [{ name: 'Département de la Nièvre', shareBasisPoints: 10_000 }],
      restrictions: { territories: [], services: [], publics: [] },
      ...{ singleHandOut: false, allowPrescribingPlace: false, ...terms },
    });
    const { depositId } = await app
      .as('finance-preparer')
      .post<{ depositId: string }>('/v1/deposits', {
        ...{ agreementId, amountCents: 500_000, bankReference: `VIR ${agreementId}` },
        valueOn: app.clock.today(),
      });
    const confirmation = { statementReference: 'S 1' };
    await app.as('finance-approver').post(`/v1/deposits/${depositId}/confirmation`, confirmation);
    return new OrderWorld(app, operator, app.as('funder', funderId), agreementId);
  }

  /** Ordered, funded and issued. */
  async order(books: number, changes: object = {}): Promise<string> {
    const { orderId } = await this.funder.post<{ orderId: string }>('/v1/orders', {
      ...{ agreementId: this.agreementId, books, vouchersPerBook: 10 },
      ...{ validUntilOn: '2026-12-31', ...changes },
    });
    return orderId;
  }

  async activeOrder(books: number, changes: object = {}): Promise<string> {
    const orderId = await this.order(books, changes);
    const delivery = { deliveredOn: this.app.clock.today() };
    await this.operator.post(`/v1/orders/${orderId}/delivery`, delivery);
    return orderId;
  }

  async prescriber(name = 'CCAS de Nevers'): Promise<Person> {
    const body = { name, commune: '58194' };
    const { prescriberId } = await this.operator.post<{ prescriberId: string }>(
      '/v1/prescribers',
      body,
    );
    return this.app.as('prescriber', prescriberId);
  }

  /** A labelled place, and who stands at its till. */
  async place(): Promise<Readonly<{ placeId: string; cashier: Person }>> {
    const address = { street: '1 rue', postalCode: '58000', city: 'Nevers', country: 'FR' };
    const { organisationId } = await this.operator.post<{ organisationId: string }>(
      '/v1/organisations',
      { name: 'Espace', siret: '73282932000074', legalForm: 'association', address },
    );
    const services = ['online-forms'];
    const { placeId } = await this.operator.post<{ placeId: string }>('/v1/places', {
      ...{ organisationId, name: 'Espace', services },
      address: { ...address, communeCode: '58194' },
    });
    const label = { validFromOn: '2026-01-01', validUntilOn: '2027-12-31', services };
    await this.operator.post(`/v1/places/${placeId}/label`, label);
    return { placeId, cashier: this.app.as('place-cashier', organisationId) };
  }

  async allocate(orderId: string, to: Person, books: number): Promise<Range> {
    const allocation = { prescriberId: to.partyId, books };
    return this.funder.post<Range>(`/v1/orders/${orderId}/allocations`, allocation);
  }
}

export type Range = Readonly<{ firstBook: number; lastBook: number }>;

/** As a prescriber tells it. */
export const handOut = (prescriber: Person, book: number, changes: object = {}) => ({
  ...{ book, prescriberId: prescriber.partyId, public: 'senior', ...changes },
});
