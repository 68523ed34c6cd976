import { RunWorld } from '../runs/run-world';
import type { SchemeApp } from '../support/scheme-app';
import type { SeenValues } from './asked';

/** A scheme in which most of what can be asked is there to be asked for. */
export async function fuzzedScheme(app: SchemeApp, seen: SeenValues): Promise<void> {
  const runs = await RunWorld.in(app);
  const { orders } = runs;
  const place = await runs.place();
  await runs.redeem(place, 5);
  const { runId } = await runs.submitted();
  await runs.redeem(place, 3);
  await runs.prepared();
  const { bank } = runs;
  await bank.send(bank.statement([bank.entry({ amountCents: 100, direction: 'credit' })]));
  const orderId = await orders.activeOrder(5);
  const { keyRing, codes } = app;
  for (let voucher = 0; voucher <= 10; voucher += 1) {
    const key = { orderId, keyId: keyRing.currentKeyId };
    seen.keep('code', codes.codeOf(key, { book: 1, voucher }));
  }
  const { agreementId, funder } = orders;
  const { organisationId, placeId, bankAccountId } = place;
  const made = { agreementId, funderId: funder.partyId, organisationId, placeId, bankAccountId };
  seen.keepAll({ ...made, runId, orderId });
  const { operator } = orders;
  for (const path of ['/v1/prescribers', '/v1/deposits', '/v1/orders', '/v1/payments']) {
    seen.keepAll(await operator.get(path));
  }
}
