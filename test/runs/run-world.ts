import { BankWorld } from '../bank/bank-world';
import type { Person, SchemeApp } from '../support/scheme-app';
import { handOut, OrderWorld } from '../voucher-books/order-world';

/** An organisation with one place, who manages it, and who stands at its till. */
export type PaidPlace = Readonly<{
  organisationId: string;
  placeId: string;
  bankAccountId: string;
  manager: Person;
  cashier: Person;
}>;

export type Run = Readonly<{
  runId: string;
  number: number;
  status: string;
  waitsFor: string;
  version: number;
  payableCents: number;
  heldCents: number;
  lines: number;
  linesSha256: string;
  unanswered: number;
  outcome: string | null;
  files: readonly Readonly<{
    part: number;
    messageId: string;
    sha256: string;
    transactions: number;
  }>[];
  versions: readonly Readonly<{ approvals: readonly object[]; failure: object | null }>[];
}>;

export type Line = Readonly<{
  runId: string;
  organisationId: string;
  claimId: string;
  attempt: number;
  endToEndId: string;
  amountCents: number;
}>;

const ADDRESS = { street: '1 rue du Pont', postalCode: '58000', city: 'Nevers', country: 'FR' };
const SERVICES = ['online-forms'];

export const IBANS = [
  ...['FR7630001007941234567890185', 'FR1420041010050500013M02606'],
  ...['DE89370400440532013000', 'BE68539007547034', 'FR7630006000011234567890189'],
] as const;

/** An active order in one prescriber's hands, places that are paid, and the people of finance. */
export class RunWorld {
  readonly preparer: Person;
  readonly approver: Person;
  readonly otherApprover: Person;
  readonly auditor: Person;
  #book: number;
  #voucher = 0;
  /** As the deposit left it. */
  readonly bank: BankWorld;

  private constructor(
    readonly app: SchemeApp,
    readonly orders: OrderWorld,
    private readonly stock: Readonly<{ orderId: string; prescriber: Person; firstBook: number }>,
  ) {
    this.preparer = app.as('finance-preparer');
    this.approver = app.as('finance-approver');
    this.otherApprover = app.as('finance-approver');
    this.auditor = app.as('auditor');
    this.#book = stock.firstBook - 1;
    this.bank = new BankWorld(app, { balanceCents: 500_000 });
  }

  static async in(app: SchemeApp, books = 20): Promise<RunWorld> {
    const orders = await OrderWorld.in(app);
    const orderId = await orders.activeOrder(books);
    const prescriber = await orders.prescriber();
    const { firstBook } = await orders.allocate(orderId, prescriber, books);
    return new RunWorld(app, orders, { orderId, prescriber, firstBook });
  }

  /** Its first account is verified, and payable at once. */
  async place(iban: string = IBANS[0]): Promise<PaidPlace> {
    const { operator } = this.orders;
    const { organisationId } = await operator.post<{ organisationId: string }>(
      '/v1/organisations',
      { name: 'Espace', siret: '73282932000074', legalForm: 'association', address: ADDRESS },
    );
    const { placeId } = await operator.post<{ placeId: string }>('/v1/places', {
      ...{ organisationId, name: 'Espace', services: SERVICES },
      address: { ...ADDRESS, communeCode: '58194' },
    });
    const label = { validFromOn: '2026-01-01', validUntilOn: '2027-12-31', services: SERVICES };
    await operator.post(`/v1/places/${placeId}/label`, label);
    const manager = this.app.as('place-manager', organisationId);
    const cashier = this.app.as('place-cashier', organisationId);
    const bankAccountId = await this.account(manager, iban);
    return { organisationId, placeId, bankAccountId, manager, cashier };
  }

  /** Declared by the organisation, verified by a person of finance who approves no run here. */
  async account(manager: Person, iban: string): Promise<string> {
    const path = `/v1/organisations/${manager.partyId}/bank-accounts`;
    const { bankAccountId } = await manager.post<{ bankAccountId: string }>(path, {
      ...{ iban, holderName: 'Espace' },
    });
    const verifier = this.app.as('finance-approver');
    await verifier.post(`${path}/${bankAccountId}/verification`, { outcome: 'match' });
    return bankAccountId;
  }

  /** So many vouchers of 10 € at that place, of as many books as it takes; the redemptions' ids. */
  async redeem({ placeId, cashier }: PaidPlace, vouchers: number): Promise<readonly string[]> {
    const made: string[] = [];
    let left = vouchers;
    while (left > 0) {
      const taken = await this.#take(left);
      const { redemptionId } = await cashier.post<{ redemptionId: string }>('/v1/redemptions', {
        ...{ placeId, codes: taken, service: 'online-forms', priceCents: 100_000 },
      });
      made.push(redemptionId);
      left -= taken.length;
    }
    return made;
  }

  /** Opened and prepared. */
  async prepared(): Promise<Run> {
    const { runId } = await this.preparer.post<{ runId: string }>('/v1/reimbursement-runs');
    await this.app.sweep();
    return this.run(runId);
  }

  /** Opened, prepared, approved; its file is there. */
  async issued(): Promise<Run> {
    const { runId, linesSha256 } = await this.prepared();
    await this.approver.post(`/v1/reimbursement-runs/${runId}/approval`, { linesSha256 });
    await this.app.sweep();
    return this.run(runId);
  }

  /** The bank has its file. */
  async submitted(): Promise<Run> {
    const { runId } = await this.issued();
    const path = `/v1/reimbursement-runs/${runId}/submission`;
    await this.approver.post(path, { outcome: 'started' });
    await this.approver.post(path, { outcome: 'submitted' });
    return this.run(runId);
  }

  run(runId: string): Promise<Run> {
    return this.auditor.get<Run>(`/v1/reimbursement-runs/${runId}`);
  }

  /** A booked debit, in today's statement. */
  async settles({ endToEndId, amountCents }: Line): Promise<void> {
    const transactions = [{ endToEndId, amountCents }];
    const entry = this.bank.entry({ amountCents, direction: 'debit', transactions });
    await this.bank.send(this.bank.statement([entry]));
  }

  /** Booked, and back again: a credit under our end-to-end id. */
  async returns({ endToEndId, amountCents }: Line, returnReason = 'MD07'): Promise<void> {
    const transactions = [{ endToEndId, amountCents, returnReason }];
    const entry = this.bank.entry({ amountCents, direction: 'credit', transactions });
    await this.bank.send(this.bank.statement([entry]));
  }

  /** The bank's system says no before anything is booked. */
  async rejects({ runId, endToEndId }: Line, reasonCode = 'AC04'): Promise<void> {
    const { files } = await this.run(runId);
    const [file] = files;
    if (file === undefined) throw new Error('the run has no file');
    await this.bank.send(this.bank.rejection(file.messageId, [{ endToEndId, reasonCode }]));
  }

  file(runId: string, part = 1): ReturnType<Person['download']> {
    return this.approver.download(`/v1/reimbursement-runs/${runId}/payment-file?part=${part}`);
  }

  async lines(runId: string): Promise<readonly Line[]> {
    const path = `/v1/reimbursement-runs/${runId}/lines`;
    return (await this.auditor.get<{ items: Line[] }>(path)).items;
  }

  /** Steps of a redemption's timeline, by name. */
  async steps(redemptionId: string): Promise<readonly string[]> {
    type View = { timeline: { step: string }[] };
    const { timeline } = await this.auditor
      .ask('get', `/v1/redemptions/${redemptionId}`)
      .then(({ body }) => body as View);
    return timeline.map(({ step }) => step);
  }

  async #take(wanted: number): Promise<readonly string[]> {
    const { orderId, prescriber } = this.stock;
    if (this.#voucher % 10 === 0) {
      this.#book += 1;
      this.#voucher = 0;
      await prescriber.post('/v1/distributions', handOut(prescriber, this.#book));
    }
    const first = this.#voucher + 1;
    this.#voucher = Math.min(10, this.#voucher + wanted);
    const count = this.#voucher - first + 1;
    const key = { orderId, keyId: this.app.keyRing.currentKeyId };
    return Array.from({ length: count }, (_, at) =>
      this.app.codes.codeOf(key, { book: this.#book, voucher: first + at }),
    );
  }
}
