import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../apps/standalone/src/bank-simulator/chance';
import type { Change } from './history';
import type { Person } from './person';
import type { Scheme } from './scheme';
import type { Vouchers } from './vouchers';

/** Between two sessions of one till, at most. */
const PAUSE_MS = 200;
/** Of 10,000 sessions. */
const AT_TWO_TILLS = 800;
const TAKEN_BACK = 800;
const ASKED_AGAIN = 800;

type Session = Readonly<{ change: Change; body: object; cashier: Person }>;

/** Redeems, now and then at two tills at once; takes a session back; asks an old wish again. */
export class Till {
  #last: Session | undefined;

  constructor(
    private readonly scheme: Scheme,
    private readonly vouchers: Vouchers,
    private readonly chance: Chance,
    private readonly name: string,
  ) {}

  async work(isOver: () => boolean): Promise<void> {
    for (let turn = 0; !isOver(); turn += 1) {
      const codes = this.vouchers.take(1 + this.chance.upTo(1, this.name, turn, 'vouchers'));
      if (codes.length > 0) await this.#session(turn, codes);
      await sleep(this.chance.upTo(PAUSE_MS, this.name, turn, 'pause'));
    }
  }

  async #session(turn: number, codes: readonly string[]): Promise<void> {
    const falls = (share: number, what: string): boolean =>
      this.chance.falls(share, this.name, turn, what);
    const tills = falls(AT_TWO_TILLS, 'two') ? 2 : 1;
    const asked = Array.from({ length: tills }, (_, at) => this.#redeem(turn + at, codes, tills));
    const done = (await Promise.all(asked)).filter(
      ({ change }) => change.outcome === 'acknowledged',
    );
    if (done.length !== 1) {
      const keys = (await Promise.all(asked)).map(({ change }) => change.key).join(' and ');
      this.scheme.history.complain(`${done.length} of ${tills} tills took one voucher: ${keys}`);
    }
    const [session] = done;
    if (session && falls(TAKEN_BACK, 'back')) return this.#takeBack(session, codes);
    if (this.#last && falls(ASKED_AGAIN, 'again')) {
      await this.#last.cashier.repeat(this.#last.change, this.#last.body);
    }
    this.#last = session ?? this.#last;
  }

  async #redeem(turn: number, codes: readonly string[], tills: number): Promise<Session> {
    const { places } = this.scheme;
    const at = this.chance.upTo(places.length - 1, this.name, turn, 'place');
    const place = places[at];
    if (place === undefined) throw new Error('there is no such place');
    const { placeId, cashier } = place;
    const body = { placeId, codes, service: 'online-forms', priceCents: 100_000 };
    const foreseen = tills > 1 ? ['voucher_used'] : [];
    return { change: await cashier.change('/v1/redemptions', body, foreseen), body, cashier };
  }

  async #takeBack({ change }: Session, codes: readonly string[]): Promise<void> {
    const { redemptionId } = change.body as { redemptionId: string };
    const path = `/v1/redemptions/${redemptionId}/cancellation`;
    await this.scheme.approver.post(path, { reason: 'by mistake' });
    this.vouchers.put(codes);
  }
}
