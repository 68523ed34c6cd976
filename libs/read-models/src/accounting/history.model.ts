import type { RecordedEvent } from '@app/platform';
import { Scheme, type Choice } from '../ledger/scheme.model';

/** Used by the accounting's specs only: legal histories of funders, vouchers, runs and the bank. */

type Component = { agreementId: string; placeId: string; cents: number };
type Claim = {
  organisationId: string;
  components: Component[];
  state: 'inRun' | 'paid' | 'owed';
  slice: number;
};

type Draw = (max: number) => number;

/**
 * The ledger's scheme writes what funders and vouchers do; between its events runs freeze what is
 * owed, the bank settles, rejects and returns, debts are repaid, fees swept, and statements list lines
 * with and without an explanation.
 */
export const historyOf = (
  choices: readonly Choice[],
  seeds: readonly number[],
): readonly RecordedEvent[] => {
  const scheme = new Scheme();
  for (const choice of choices) scheme.act(choice);
  const weaver = new Weaver(seeds);
  for (const event of scheme.events) weaver.follow(event);
  return weaver.events;
};

class Weaver {
  readonly events: RecordedEvent[] = [];
  readonly #owed = new Map<string, Component & { organisationId: string }>();
  readonly #deposits = new Map<string, { amountCents: number; agreementId: string }>();
  readonly #confirmed = new Set<string>();
  readonly #claims: Claim[] = [];
  readonly #announced: { entryId: string; amountCents: number }[] = [];
  #drawn = 0;
  #serial = 0;

  constructor(private readonly seeds: readonly number[]) {}

  follow(event: RecordedEvent): void {
    this.#copy(event);
    // Nothing moves before there is an agreement.
    if (this.#deposits.size > 1 && this.#draw(3) === 0) this.#weave(event.recordedAt);
  }

  #copy({ type, data, recordedAt }: RecordedEvent): void {
    const known = data as Record<string, string | number>;
    switch (type) {
      case 'AgreementSigned':
        return this.#write(type, { ...known, reference: 'CONV', funderName: 'F' }, recordedAt);
      case 'DepositAssigned': {
        const { depositId, agreementId, amountCents } = data as never;
        this.#deposits.set(depositId, { agreementId, amountCents });
        const more = { bankReference: `VIR ${String(depositId)}`, valueOn: '2026-03-01' };
        return this.#write(type, { ...known, ...more }, recordedAt);
      }
      case 'FundsRecalled': {
        const wasConfirmed = this.#confirmed.has(String(known['depositId']));
        this.#deposits.delete(String(known['depositId']));
        return this.#write(type, { ...known, wasConfirmed }, recordedAt);
      }
      case 'OrderActivated': {
        this.#write(type, { ...known, invoicedOn: '2026-03-02' }, recordedAt);
        if (this.#draw(2) === 0) return;
        const invoice = { number: (this.#serial += 1), issuedOn: '2026-03-02' };
        return this.#write('InvoiceIssued', { ...INVOICE, ...known, ...invoice }, recordedAt);
      }
      case 'VouchersRedeemed':
      case 'RedemptionCancelled':
        this.#owe(data as never, type === 'VouchersRedeemed' ? 1 : -1);
        break;
    }
    this.#write(type, { ...DATES, ...known }, recordedAt);
  }

  #weave(at: Date): void {
    const acts = [
      () => this.#freeze(at),
      () => this.#freeze(at),
      () => this.#answer(at),
      () => this.#answer(at),
      () => this.#answer(at),
      () => this.#repayDebt(at),
      () => this.#sweep(at),
      () => this.#confirm(at),
      () => this.#bankLine(at),
      () => this.#bankLine(at),
    ];
    acts[this.#draw(acts.length)]?.();
  }

  #freeze(at: Date): void {
    const slice = (this.#serial += 1);
    const byOrganisation = Map.groupBy(this.#owed.values(), (each) => each.organisationId);
    const lines = [...byOrganisation].flatMap(([organisationId, pairs]) => {
      const components = pairs
        .filter(({ cents }) => cents !== 0)
        .map(({ agreementId, placeId, cents }) => ({ agreementId, placeId, cents }));
      const amountCents = components.reduce((sum, { cents }) => sum + cents, 0);
      if (amountCents <= 0) return [];
      for (const each of pairs) each.cents = 0;
      this.#claims.push({ organisationId, components, state: 'inRun', slice });
      const claimId = `claim-${slice}-${organisationId}`;
      return [{ organisationId, claimId, attempt: 1, amountCents, components }];
    });
    if (lines.length > 0) {
      this.#write('LinesFrozen', { runId: 'run', version: 1, slice, lines }, at);
    }
  }

  #answer(at: Date): void {
    const claim = this.#claims[this.#draw(Math.max(this.#claims.length, 1))];
    if (!claim) return;
    const { organisationId, components, slice, state } = claim;
    const shared = { organisationId, components, claimId: `claim-${slice}-${organisationId}` };
    const bank = { endToEndId: `E2E-${slice}`, bookedOn: '2026-03-05' };
    if (state === 'paid') {
      claim.state = 'owed';
      return this.#write('PaymentReturned', { ...shared, ...bank }, at);
    }
    if (state === 'inRun' && this.#draw(4) === 0) return this.#release(claim, at);
    if (state === 'inRun' && this.#draw(3) === 0) {
      claim.state = 'owed';
      return this.#write('PaymentRejected', { ...shared, ...bank }, at);
    }
    claim.state = 'paid';
    this.#write('PaymentSettled', { ...shared, ...bank, from: state }, at);
  }

  #release(claim: Claim, at: Date): void {
    const { organisationId, components, slice } = claim;
    this.#claims.splice(this.#claims.indexOf(claim), 1);
    for (const each of components)
      this.#owe({ ...each, organisationId, coveredCents: each.cents }, 1);
    const amountCents = components.reduce((sum, { cents }) => sum + cents, 0);
    const claimId = `claim-${slice}-${organisationId}`;
    const lines = [{ organisationId, claimId, attempt: 1, amountCents, components }];
    this.#write('LinesReleased', { runId: 'run', version: 1, slice, lines }, at);
  }

  #repayDebt(at: Date): void {
    const debtor = [...this.#owed.values()].find(({ cents }) => cents < 0);
    if (!debtor) return;
    const { agreementId, placeId, organisationId } = debtor;
    const cents = 1 + this.#draw(-debtor.cents);
    debtor.cents += cents;
    const repaidBy = this.#draw(2) === 0 ? 'organisation' : 'operator';
    const components = [{ agreementId, placeId, cents }];
    const data = { organisationId, repaidBy, amountCents: cents, components };
    this.#write('DebtRepaid', { ...data, ...STATEMENT }, at);
  }

  #sweep(at: Date): void {
    const type = this.#draw(2) === 0 ? 'FeeSweepBooked' : 'FeeSweepReturned';
    const agreementId = `agreement-${1 + this.#draw(2)}`;
    this.#write(type, { agreementId, feeSweepId: 's', amountCents: 7, ...STATEMENT }, at);
  }

  #confirm(at: Date): void {
    const open = [...this.#deposits].filter(([depositId]) => !this.#confirmed.has(depositId));
    const [depositId, deposit] = open[this.#draw(Math.max(open.length, 1))] ?? [];
    if (depositId === undefined) return;
    this.#confirmed.add(depositId);
    const how = { depositId, statementReference: 'R', confirmedOn: '2026-03-03' };
    this.#write('DepositConfirmed', { ...deposit, ...how }, at);
  }

  #bankLine(at: Date): void {
    const announced = this.#announced.pop();
    if (announced && this.#draw(2) === 0) {
      this.#write('BankEntryBooked', { ...announced, bookedOn: '2026-03-04' }, at);
      return;
    }
    const entryId = `entry-${(this.#serial += 1)}`;
    const amountCents = 1 + this.#draw(900);
    const direction = this.#draw(2) === 0 ? 'credit' : 'debit';
    const source = this.#draw(2) === 0 ? 'statement' : 'notification';
    const entry = { amountCents, direction, status: 'booked', reference: entryId };
    this.#write('BankEntryRecorded', { entryId, source, entry }, at);
    const as = ['bankCharge', 'interest', 'duplicate', 'payment'][this.#draw(5)];
    const resolution = { entryId, amountCents, direction, resolution: { as } };
    if (as !== undefined) this.#write('BankEntryResolved', resolution, at);
    if (source === 'notification') this.#announced.push({ entryId, amountCents });
  }

  #owe(
    redemption: Omit<Component, 'cents'> & { organisationId: string; coveredCents: number },
    sign: 1 | -1,
  ): void {
    const { agreementId, placeId, organisationId, coveredCents } = redemption;
    const key = `${agreementId} ${placeId}`;
    const pair = this.#owed.get(key) ?? { agreementId, placeId, organisationId, cents: 0 };
    this.#owed.set(key, { ...pair, cents: pair.cents + sign * coveredCents });
  }

  #draw(max: number): number {
    const seed = this.seeds[this.#drawn % this.seeds.length] ?? 0;
    this.#drawn += 1;
    return (seed * 31 + this.#drawn * 17) % max;
  }

  #write(type: string, data: object, recordedAt: Date): void {
    const revision = this.events.length;
    this.events.push({
      ...{ id: `event-${revision}`, streamName: 'model-1', revision, type, data, recordedAt },
      position: BigInt(revision * 3 + 1),
      metadata: {
        ...{ commandId: '', requestHash: '', correlationId: '', causationId: '' },
        actor: { id: '', partyId: '', role: '' },
      },
    });
  }
}

const STATEMENT = { statementReference: 'R', bookedOn: '2026-03-04' };

/** What the ledger's scheme leaves out, since the ledger does not read it. */
const DATES = {
  ...{ issuedOn: '2026-03-01', distributedOn: '2026-03-01', performedOn: '2026-03-01' },
  ...{ promisedPaymentOn: '2026-03-10', cancelledOn: '2026-03-02', endedOn: '2026-04-01' },
  ...{ creditNoteId: 'note', reference: 'RF', statementReference: 'R' },
};

const INVOICE = {
  ...{ invoiceId: 'i', activatedOn: '2026-03-02', feeBasisPoints: 1, vatBasisPoints: 1 },
  ...{ agreementReference: 'CONV', buyer: { name: 'F', siret: '1' } },
  seller: { name: 'O', siret: '1', address: 'A', vatNumber: 'FR', legalMentions: 'L' },
};
