import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Command, type Decider, DomainError, type Event } from '@app/kernel';
import { ReadModel, ReadStore } from '@app/platform';
import { BalanceQueries, CashQueries, ledger, RunAmountQueries } from '@app/read-models';

/**
 * What stands between people and the log: decides by the real deciders, keeps the streams' states, and
 * has the real ledger follow event by event.
 */
export class Desk {
  readonly #folder = mkdtempSync(join(tmpdir(), 'carnet-money-'));
  readonly #readModel: ReadModel;
  readonly #store: ReadStore;
  readonly #states = new Map<string, unknown>();
  readonly balances: BalanceQueries;
  readonly cash: CashQueries;
  readonly runAmounts: RunAmountQueries;
  /** How often each type of event was recorded, and what else is worth having come across. */
  readonly recorded = new Map<string, number>();
  #events = 0;
  today = '2027-01-04';

  constructor() {
    const path = join(this.#folder, 'views.sqlite');
    this.#readModel = new ReadModel(path, [ledger]);
    for (const view of this.#readModel.views) this.#readModel.putLive(view);
    this.#store = new ReadStore(path);
    this.balances = new BalanceQueries(this.#store);
    this.cash = new CashQueries(this.#store);
    this.runAmounts = new RunAmountQueries(this.#store);
  }

  close(): void {
    this.#store.close();
    this.#readModel.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  get now(): string {
    return `${this.today}T10:00:00.000Z`;
  }

  /** What follows from the command; undefined for a refusal, which changes nothing. */
  decide<C extends Command, S, E extends Event>(
    decider: Decider<C, S, E>,
    id: string,
    command: C,
  ): readonly E[] | undefined {
    let facts: readonly E[];
    try {
      facts = decider.decide(command, this.stateOf(decider, id));
    } catch (error) {
      if (error instanceof DomainError) return undefined;
      throw error;
    }
    const stream = `${decider.name}-${id}`;
    this.#states.set(stream, facts.reduce<S>(decider.evolve, this.stateOf(decider, id)));
    for (const fact of facts) this.#record(stream, fact);
    return facts;
  }

  stateOf<C extends Command, S, E extends Event>(decider: Decider<C, S, E>, id: string): S {
    const known = this.#states.get(`${decider.name}-${id}`);
    return known === undefined ? decider.initialState : (known as S);
  }

  count(what: string): void {
    this.recorded.set(what, (this.recorded.get(what) ?? 0) + 1);
  }

  /** Id of the event recorded last. */
  get lastEventId(): string {
    return `event-${this.#events}`;
  }

  #record(streamName: string, { type, data }: Event): void {
    this.#events += 1;
    this.count(type);
    this.#readModel.apply(this.#readModel.views, [
      {
        ...{ id: this.lastEventId, streamName, revision: this.#events, type, data },
        position: BigInt(this.#events * 3),
        metadata: {
          ...{ commandId: '', requestHash: '', correlationId: '', causationId: '' },
          actor: { id: '', partyId: '', role: '' },
        },
        recordedAt: new Date(this.now),
      },
    ]);
    const stopped = this.#readModel.views.find((view) => view.stopped)?.stopped;
    if (stopped) throw stopped;
  }
}
