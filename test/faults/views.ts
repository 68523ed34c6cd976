import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedEvent } from '@app/platform';
import {
  imbalanceOf,
  type ClaimsOf,
  type MoneyOf,
  type StockOf,
} from '../support/reference-balances';
import { ReferenceFold } from '../support/reference-fold';
import type { Scheme } from './scheme';

/** What the views show and the log does not say, in words; every figure is asked of an api. */
export async function viewsThatDiffer(
  { auditor, prescribing, agreementId, places, door }: Scheme,
  events: readonly RecordedEvent[],
): Promise<string[]> {
  door.seen = events.at(-1)?.position ?? 0n;
  const fold = ReferenceFold.of(events);
  const found: string[] = [];
  const compare = async (path: string, expected: object): Promise<void> => {
    const shown = (await auditor.get<Record<string, unknown>>(path)) ?? {};
    for (const [figure, value] of Object.entries(expected)) {
      const [is, should] = [JSON.stringify(shown[figure]), JSON.stringify(value)];
      if (is !== should) found.push(`${path} shows ${figure} ${is}, the log says ${should}`);
    }
  };
  const money: MoneyOf = fold.agreement(agreementId);
  if (imbalanceOf(money) !== 0) found.push(`the log's own sums differ by ${imbalanceOf(money)}`);
  await compare(`/v1/agreements/${agreementId}/balance`, money);
  for (const { placeId, organisationId } of places) {
    await compare(`/v1/places/${placeId}/balance`, claimsOf(fold.place(placeId)));
    const ofPayee = claimsOf(fold.organisation(organisationId));
    await compare(`/v1/organisations/${organisationId}/balance`, ofPayee);
  }
  const { prescriberId } = prescribing;
  const path = `/v1/prescribers/${prescriberId}/stock`;
  const { orders = [] } = (await auditor.get<{ orders: readonly Stock[] }>(path)) ?? {};
  const shown = orders.map(({ lastHandOutOn: _, lastAllocatedAt: __, ...counted }) => counted);
  const [is, should] = [shown, fold.stock(prescriberId)].map((stock) =>
    JSON.stringify(stock.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))),
  );
  if (is !== should) found.push(`${path} shows ${is}, the log says ${should}`);
  return found;
}

type Stock = StockOf & Readonly<{ lastHandOutOn: string; lastAllocatedAt: string }>;

/** What is held is decided by runs, and told with reasons: not a figure of the fold. */
const claimsOf = ({ heldCents: _, heldReasons: __, ...claims }: ClaimsOf): object => claims;

/** How long the log must not have moved to be calm: longer than the worker's most urgent sweep. */
const STILL_MS = 1_500;
const PATIENCE_MS = 90_000;

/** Waits until nothing is appended any more, processes' own notes included. */
export async function calm(fetchHead: () => Promise<bigint | undefined>): Promise<void> {
  const give = performance.now() + PATIENCE_MS;
  let head = await fetchHead();
  let since = performance.now();
  while (performance.now() - since < STILL_MS) {
    await sleep(100);
    const now = await fetchHead();
    if (now !== head) since = performance.now();
    head = now;
    if (performance.now() > give) throw new Error('the log never came to rest');
  }
}
