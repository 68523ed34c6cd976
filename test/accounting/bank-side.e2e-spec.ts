import { BankWorld } from '../bank/bank-world';
import { SchemeApp } from '../support/scheme-app';
import { OrderWorld } from '../voucher-books/order-world';

// Only a hang should end a test on a busy machine.
jest.setTimeout(120_000);

let app: SchemeApp;
let orders: OrderWorld;
let bank: BankWorld;

beforeEach(async () => {
  app = await SchemeApp.start('2026-03-30T08:00:00.000Z');
  orders = await OrderWorld.in(app);
  bank = new BankWorld(app);
});
afterEach(() => app.stop());

type Trial = Readonly<{ accounts: readonly { account: string; balanceCents: number }[] }>;

const balances = async (): Promise<Readonly<Record<string, number>>> => {
  const { accounts } = await bank.auditor.get<Trial>('/v1/accounting/trial-balance');
  return Object.fromEntries(accounts.map(({ account, balanceCents }) => [account, balanceCents]));
};

describe('the bank in the books', () => {
  it('is what its statements say, and suspense what they and the scheme do not agree on', async () => {
    expect(await balances()).toMatchObject({ '471000': 500_000, '511000': 0 });
    const line = { amountCents: 500_000, direction: 'credit', reference: reference() } as const;
    await bank.send(bank.statement([bank.entry(line)]));
    expect(await balances()).toMatchObject({ '471000': 0, '511000': 0, '512000': 500_000 });
  });

  it('begins with what was there before the first statement, in whichever order they come', async () => {
    const on = app.clock.today();
    const world = new BankWorld(app, { balanceCents: 499_000 });
    const first = world.statement([world.entry({ amountCents: 400, direction: 'credit' })]);
    const second = world.statement([world.entry({ amountCents: 600, direction: 'credit' })]);
    app.clock.advanceBy({ days: 1 });
    const third = world.statement([world.entry({ amountCents: 70, direction: 'debit' })]);
    for (const statement of [third, second, first]) {
      await world.send(statement);
      // What was confirmed by hand was there before, whatever is explained of it later.
      expect(await balances()).toMatchObject({ '471000': 70, '512000': 499_930 });
    }
    const journal = `/v1/accounting/journal?from=${on}&to=2026-12-31`;
    type Line = { label: string; debitAccount: string; cents: number };
    const { items } = await bank.auditor.get<{ items: Line[] }>(journal);
    const opening = items.filter(({ label }) => label === 'Solde avant le premier relevé');
    expect(opening.map(({ debitAccount, cents }) => [debitAccount, cents])).toEqual([
      ...[
        ['512000', 500_000],
        ['471000', 600],
        ['471000', 400],
      ],
    ]);
  });

  it('begins with no notification, which has no balance', async () => {
    const world = new BankWorld(app, { balanceCents: 500_000 });
    await world.send(world.notification([world.entry({ amountCents: 5, direction: 'credit' })]));
    app.clock.advanceBy({ days: 1 });
    await world.send(world.statement([world.entry({ amountCents: 70, direction: 'debit' })]));
    expect(await balances()).toMatchObject({ '471000': 70, '512000': 499_930 });
  });

  it('has a deposit announced before it has it confirmed', async () => {
    const deposit = { agreementId: orders.agreementId, amountCents: 700, valueOn: '2026-03-30' };
    await bank.preparer.post('/v1/deposits', { ...deposit, bankReference: 'VIR 2' });
    expect(await balances()).toMatchObject({ '511000': 700 });
    const line = { amountCents: 700, direction: 'credit', reference: 'VIR 2' } as const;
    await bank.send(bank.statement([bank.entry(line)]));
    expect(await balances()).toMatchObject({ '511000': 0, '512000': 700, '471000': 500_000 });
  });

  it('charges and pays interest to the operator, once two people have said so', async () => {
    const lines = [
      bank.entry({ amountCents: 1_250, direction: 'debit' }),
      bank.entry({ amountCents: 40, direction: 'credit' }),
      bank.entry({ amountCents: 99, direction: 'credit' }),
    ];
    const report = await bank.send(bank.statement(lines));
    expect(await balances()).toMatchObject({ '471000': 500_000 + 1_250 - 139, '512000': -1_111 });
    await bank.resolve(await bank.entryOf(report, 0), { as: 'bankCharge' });
    await bank.resolve(await bank.entryOf(report, 1), { as: 'interest' });
    expect(await balances()).toMatchObject({
      ...{ '471000': 500_000 - 99, '512000': -1_111, '627000': 1_250, '768000': -40 },
    });
  });

  it('counts a line once that it stated twice', async () => {
    const line = { amountCents: 300, direction: 'credit' } as const;
    const twice = [bank.entry(line), bank.entry(line)];
    const report = await bank.send(bank.statement(twice));
    const { entryRef } = await bank.entryOf(report, 0);
    const copy = await bank.entryOf(report, 1);
    await bank.resolve(copy, { as: 'duplicate', targetId: entryRef });
    expect(await balances()).toMatchObject({ '471000': 499_700, '512000': 300 });
  });
});

const reference = (): string => `VIR ${orders.agreementId}`;
