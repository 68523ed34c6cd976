import { organisation, type OrganisationWish } from '@app/places';
import { hashOf, InMemoryEventStore, StreamAggregateStore, uuidV5 } from '@app/platform';
import { PayableAccountsOfOrganisations } from './payable-accounts-of-organisations.adapter';

const ID = '018f0000-0000-7000-8000-000000000001';
const details = {
  ...{ name: 'Espace numérique', siret: '73282932000074', legalForm: '9220' },
  address: { street: '12 rue des Lilas', postalCode: '58000', city: 'Nevers', country: 'FR' },
};
const [FIRST, SECOND] = ['FR7630006000011234567890189', 'BE68539007547034'];

let aggregates: StreamAggregateStore;
let accounts: PayableAccountsOfOrganisations;
let log: InMemoryEventStore;

const decide = async (wish: OrganisationWish): Promise<void> => {
  const requestHash = hashOf(wish);
  const commandId = uuidV5(ID, requestHash);
  const actor = { id: 'ann', partyId: 'operator', role: 'operator' };
  const context = { commandId, requestHash, actor, correlationId: 'c', causationId: 'c' };
  await aggregates.handle(organisation, ID, wish, context);
};
const declare = (bankAccountId: string, iban: string, declaredAt: string) =>
  decide({
    type: 'DeclareBankAccount',
    data: { bankAccountId, iban, holderName: 'Espace', declaredBy: 'ann', declaredAt },
  });
const verify = (bankAccountId: string, verifiedAt: string) =>
  decide({
    type: 'VerifyBankAccount',
    data: { bankAccountId, outcome: 'match', verifiedBy: 'bob', verifiedAt },
  });
const found = async (at: string, upTo?: bigint) => {
  const asked = upTo === undefined ? { at } : { at, upTo };
  const [first] = await accounts.fetchAccounts([ID], asked);
  return first;
};

beforeEach(async () => {
  log = new InMemoryEventStore();
  aggregates = new StreamAggregateStore({ store: log });
  accounts = new PayableAccountsOfOrganisations(aggregates);
  await decide({ type: 'RegisterOrganisation', data: { organisationId: ID, ...details } });
  await declare('first', FIRST, '2027-01-01T08:00:00.000Z');
  await verify('first', '2027-01-02T08:00:00.000Z');
});

describe('the account of an organisation', () => {
  it('is the one verified last, with its holder and address', async () =>
    expect(await found('2027-01-02T08:00:00.000Z')).toEqual({
      organisationId: ID,
      account: {
        ...{ bankAccountId: 'first', iban: FIRST, holderName: 'Espace' },
        address: details.address,
      },
      changes: [{ organisationId: ID, changedBy: 'ann', changedAt: '2027-01-01T08:00:00.000Z' }],
    }));

  it('is in quarantine after a change, to the instant', async () => {
    await declare('second', SECOND, '2027-01-10T08:00:00.000Z');
    await verify('second', '2027-01-10T09:00:00.000Z');
    expect((await found('2027-01-12T08:59:59.999Z'))?.account).toBe('quarantined');
    expect((await found('2027-01-12T09:00:00.000Z'))?.account).toMatchObject({ iban: SECOND });
  });

  it('is none where none is verified, and of an organisation nobody knows', async () => {
    const revokedAt = '2027-01-05T08:00:00.000Z';
    const data = { bankAccountId: 'first', reason: 'lost', revokedBy: 'cleo', revokedAt };
    await decide({ type: 'RevokeBankAccount', data });
    const { account, changes } = (await found('2027-01-06T08:00:00.000Z')) ?? {};
    expect(account).toBe('none');
    expect(changes?.map(({ changedBy }) => changedBy)).toEqual(['ann', 'cleo']);
    const [unknown] = await accounts.fetchAccounts([uuidV5(ID, 'nobody')], { at: revokedAt });
    expect(unknown).toMatchObject({ account: 'none', changes: [] });
  });

  it('is as it was at a place in the log, whatever came after', async () => {
    const head = await log.fetchHead();
    await declare('second', SECOND, '2027-01-10T08:00:00.000Z');
    await verify('second', '2027-01-10T09:00:00.000Z');
    expect((await found('2027-02-01T08:00:00.000Z', head))?.account).toMatchObject({ iban: FIRST });
    expect((await found('2027-02-01T08:00:00.000Z'))?.account).toMatchObject({ iban: SECOND });
  });
});
