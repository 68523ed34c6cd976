import type { BankDesk } from './bank-desk';
import { ibanOf } from './fictitious';
import type { Agreement, World } from './world';

/** What is left of a closed order goes back to its funder: two people, then the bank. */
export async function refund(
  world: World,
  bank: BankDesk,
  { agreementId, funder, name }: Agreement,
): Promise<void> {
  const { operator, preparer, approver } = world;
  const { availableCents } = await operator.get<{ availableCents: number }>(
    `/v1/agreements/${agreementId}/balance`,
  );
  if (availableCents === 0) return;
  const accounts = `/v1/funders/${funder.who.partyId}/bank-accounts`;
  const { bankAccountId } = await funder.post<{ bankAccountId: string }>(accounts, {
    ...{ iban: ibanOf(90_001), holderName: name },
  });
  await approver.post(`${accounts}/${bankAccountId}/verification`, { outcome: 'match' });
  const refunds = `/v1/agreements/${agreementId}/refunds`;
  const { refundId } = await preparer.post<{ refundId: string }>(refunds, {
    ...{ amountCents: availableCents, bankAccountId },
  });
  const { reference } = await approver.post<{ reference: string }>(
    `${refunds}/${refundId}/approval`,
  );
  bank.transfer(reference, availableCents);
  await approver.post(`${refunds}/${refundId}/sending`);
}

/** The operator's fee leaves the ring-fenced account, as far as it is earned. */
export async function sweepFees(world: World, bank: BankDesk): Promise<void> {
  const { preparer, approver } = world;
  const sweeps = await approver.list<{ agreementId: string; amountCents: number }>(
    '/v1/fee-sweeps',
  );
  for (const { agreementId } of world.agreements) {
    const { feesCents } = await approver.get<{ feesCents: number }>(
      `/v1/agreements/${agreementId}/balance`,
    );
    const sweptCents = sweeps
      .filter((sweep) => sweep.agreementId === agreementId)
      .reduce((sum, sweep) => sum + sweep.amountCents, 0);
    const amountCents = feesCents - sweptCents;
    if (amountCents <= 0) continue;
    const { feeSweepId } = await preparer.post<{ feeSweepId: string }>('/v1/fee-sweeps', {
      ...{ agreementId, amountCents },
    });
    await world.scheme.settle();
    const { reference } = await approver.post<{ reference: string }>(
      `/v1/fee-sweeps/${feeSweepId}/approval`,
    );
    bank.transfer(reference, amountCents);
  }
}
