import { ReadModelBehind, StreamAggregateStore } from '@app/platform';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import type { AgreementFact } from '../contract';
import {
  AGREEMENT_ID,
  received,
  refundOrdered,
  refundProposed,
  signed,
} from '../domain/agreement.examples';
import { AgreementFigures } from '../ports/agreement-figures';
import { AgreementCash } from './agreement-cash';

/** Views that were read just before the next of these facts was recorded. */
class ReadBefore extends AgreementFigures {
  asked = 0;
  readonly store = new InMemoryEventStore();
  readonly aggregates = new StreamAggregateStore({ store: this.store });

  constructor(private readonly facts: (asked: number) => AgreementFact | undefined) {
    super();
  }

  async getFigures() {
    const cashCents = this.asked === 0 ? 100 : 40;
    const fact = this.facts(this.asked);
    this.asked += 1;
    if (fact !== undefined) await this.store.given(`agreement-${AGREEMENT_ID}`, fact);
    const others = { owedCents: 0, owedByPlacesCents: 0, inRunCents: 0, expiredCents: 0 };
    return { cashCents, inUseCents: 0, ...others };
  }

  async ask(): Promise<Awaited<ReturnType<AgreementCash['ask']>>> {
    const history = [signed(), received('d', 100), refundProposed('r', 60)];
    await this.store.given(`agreement-${AGREEMENT_ID}`, ...history);
    return new AgreementCash(this.aggregates, this).ask(AGREEMENT_ID);
  }
}

describe('the cash of an agreement', () => {
  it('is asked for again until it and the refunds ordered are of one moment', async () => {
    const figures = new ReadBefore((asked) => (asked === 0 ? refundOrdered('r', 60) : undefined));
    expect(await figures.ask()).toMatchObject({ cashCents: 40, refundedCents: 60 });
    expect(figures.asked).toBe(2);
  });

  it('is not known where the agreement never rests', async () => {
    const figures = new ReadBefore((asked) => received(`d${asked}`, 1));
    await expect(figures.ask()).rejects.toThrow(ReadModelBehind);
  });
});
