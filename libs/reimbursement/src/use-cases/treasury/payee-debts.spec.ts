import { ReadModelBehind, StreamAggregateStore, uuidV5 } from '@app/platform';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { payee } from '../../domain/payee/payee';
import { TreasuryFigures } from '../../ports/treasury-figures';
import { machineContext } from '../bank/machine-context';
import { PayeeDebts } from './payee-debts';

const ORGANISATION = '01980a3d-a5b6-74c7-8d8e-9fa0b1c2d3e4';

/** Views in which a debt of 600 is repaid cent by cent, each time just after they were read. */
class RepaidMeanwhile extends TreasuryFigures {
  asked = 0;
  readonly aggregates = new StreamAggregateStore({ store: new InMemoryEventStore() });

  constructor(private readonly repayments: number) {
    super();
  }

  async listOwed() {
    this.asked += 1;
    const owed = [{ agreementId: 'a', placeId: 'p', cents: -600 + this.asked - 1 }];
    if (this.asked <= this.repayments) await this.#repay(`entry ${this.asked}`, owed);
    return owed;
  }

  getFees(): Promise<never> {
    return Promise.reject(new Error('nobody asks for fees here'));
  }
  findAgreementOf() {
    return Promise.resolve(undefined);
  }

  async #repay(source: string, owed: Awaited<ReturnType<TreasuryFigures['listOwed']>>) {
    const { repaid } = (await this.aggregates.load(payee, ORGANISATION)).state;
    const data = {
      ...{ organisationId: ORGANISATION, amountCents: 1 },
      repaidBy: 'organisation' as const,
      ...{ debts: { owed, repaid }, bookedOn: '2027-03-02', source, statementReference: source },
    };
    const wish = { type: 'RepayDebt', data } as const;
    const context = machineContext(uuidV5(ORGANISATION, source), ORGANISATION);
    await this.aggregates.handle(payee, ORGANISATION, wish, context);
  }
}

describe('the debts of an organisation', () => {
  it('are asked for again until they and what was repaid are of one moment', async () => {
    const figures = new RepaidMeanwhile(2);
    expect(await new PayeeDebts(figures.aggregates, figures).ask(ORGANISATION)).toEqual({
      owed: [{ agreementId: 'a', placeId: 'p', cents: -598 }],
      repaid: { 'a p': 2 },
    });
  });

  it('are not known where they are repaid faster than they are read', async () => {
    const figures = new RepaidMeanwhile(Infinity);
    const asked = new PayeeDebts(figures.aggregates, figures).ask(ORGANISATION);
    await expect(asked).rejects.toThrow(ReadModelBehind);
    expect(figures.asked).toBe(5);
  });
});
