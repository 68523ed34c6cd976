import { hashOf, StreamAggregateStore, type CommandContext, type Handled } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { AttachPlace, AttachPlaceHandler } from './attach-place';
import {
  DeclareBankAccount,
  DeclareBankAccountHandler,
  RevokeBankAccount,
  RevokeBankAccountHandler,
  VerifyBankAccount,
  VerifyBankAccountHandler,
} from './bank-accounts';
import { CorrectOrganisation, CorrectOrganisationHandler } from './correct-organisation';
import { CorrectPlace, CorrectPlaceHandler } from './correct-place';
import { LabelPlace, LabelPlaceHandler } from './label-place';
import { ListPlace, ListPlaceHandler } from './list-place';
import { RegisterOrganisation, RegisterOrganisationHandler } from './register-organisation';
import {
  RestorePlace,
  RestorePlaceHandler,
  SuspendPlace,
  SuspendPlaceHandler,
} from './suspend-place';
import { WithdrawLabel, WithdrawLabelHandler } from './withdraw-label';

const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
const details = { name: 'Asso', siret: '73282932000074', legalForm: 'association', address };
const place = { name: 'Lieu', address, services: ['pix'] };
const account = { iban: 'FR7630006000011234567890189', holderName: 'Asso' };

const clock = new FakeClock('2026-06-14T22:30:00Z');
const aggregates = new StreamAggregateStore({ store: new InMemoryEventStore() });
const [organisationId, placeId, bankAccountId] = [idOf(1), idOf(2), idOf(3)];

/** One wish per number; the same number again is the same wish. */
const by = (wish: number, person = 'manager'): CommandContext => ({
  commandId: idOf(wish),
  requestHash: hashOf(wish),
  actor: { id: person, partyId: idOf(1), role: 'place-manager' },
  correlationId: 'c',
  causationId: 'c',
});

function idOf(number: number): string {
  return `00000000-0000-5000-8000-${String(number).padStart(12, '0')}`;
}

const said = ({ events }: Handled) =>
  events.map(({ streamName, type, data }) => [streamName, type, data]);

describe('the wishes of places', () => {
  it('make an organisation under the id of the command', async () => {
    const wish = new RegisterOrganisation(details, by(1));
    const expected = [
      [`organisation-${organisationId}`, 'OrganisationRegistered', { organisationId, ...details }],
    ];
    const handler = new RegisterOrganisationHandler(aggregates);
    expect(said(await handler.execute(wish))).toEqual(expected);
    const again = await handler.execute(wish);
    expect([said(again), again.repeated]).toEqual([expected, true]);
  });

  it('declare an account in the name of who asks, at the time it is', async () => {
    const handler = new DeclareBankAccountHandler(aggregates, clock);
    const handled = await handler.execute(
      new DeclareBankAccount({ organisationId, ...account }, by(3)),
    );
    const declared = { declaredBy: 'manager', declaredAt: '2026-06-14T22:30:00.000Z' };
    expect(said(handled)).toEqual([
      [
        `organisation-${organisationId}`,
        'BankAccountDeclared',
        { organisationId, bankAccountId, ...account, ...declared },
      ],
    ]);
  });

  it('verify an account in the name of another person only', async () => {
    const handler = new VerifyBankAccountHandler(aggregates, clock);
    const verification = { organisationId, bankAccountId, outcome: 'match' } as const;
    await expect(handler.execute(new VerifyBankAccount(verification, by(4)))).rejects.toMatchObject(
      {
        code: 'same_person',
      },
    );
    const handled = await handler.execute(new VerifyBankAccount(verification, by(5, 'finance')));
    expect(handled.events[0]?.data).toEqual({
      ...verification,
      ...{ verifiedBy: 'finance', verifiedAt: '2026-06-14T22:30:00.000Z' },
    });
  });

  it('revoke an account in the name of who asks', async () => {
    const handler = new RevokeBankAccountHandler(aggregates, clock);
    const revocation = { organisationId, bankAccountId, reason: 'closed' };
    const handled = await handler.execute(new RevokeBankAccount(revocation, by(6)));
    expect(handled.events[0]?.data).toEqual({
      ...revocation,
      ...{ revokedBy: 'manager', revokedAt: '2026-06-14T22:30:00.000Z' },
    });
  });

  it('list a place of a registered organisation only', async () => {
    const handler = new ListPlaceHandler(aggregates);
    const orphan = new ListPlace({ organisationId: idOf(99), ...place }, by(7));
    await expect(handler.execute(orphan)).rejects.toMatchObject({ code: 'organisation_unknown' });
    const handled = await handler.execute(new ListPlace({ organisationId, ...place }, by(2)));
    expect(said(handled)).toEqual([
      [`place-${placeId}`, 'PlaceListed', { placeId, organisationId, ...place }],
    ]);
  });

  it('correct what is known', async () => {
    const correction = { organisationId, ...details, name: 'Asso 58' };
    const corrected = await new CorrectOrganisationHandler(aggregates).execute(
      new CorrectOrganisation(correction, by(8)),
    );
    expect(corrected.events[0]).toMatchObject({ type: 'OrganisationCorrected', data: correction });
    const renamed = { placeId, ...place, name: 'Médiathèque' };
    const handled = await new CorrectPlaceHandler(aggregates).execute(
      new CorrectPlace(renamed, by(9)),
    );
    expect(handled.events[0]).toMatchObject({ type: 'PlaceCorrected', data: renamed });
    await expect(
      new CorrectPlaceHandler(aggregates).execute(
        new CorrectPlace({ ...renamed, placeId: idOf(98) }, by(10)),
      ),
    ).rejects.toMatchObject({ code: 'place_unknown' });
  });

  it('attach a place to a registered organisation only', async () => {
    const handler = new AttachPlaceHandler(aggregates);
    const attach = (owner: string) =>
      handler.execute(new AttachPlace({ placeId, organisationId: owner }, by(11)));
    await expect(attach(idOf(97))).rejects.toMatchObject({ code: 'organisation_unknown' });
    expect((await attach(organisationId)).events).toEqual([]);
  });

  it('label, suspend, restore and withdraw, on the Paris day it is', async () => {
    const label = {
      ...{ placeId, validFromOn: '2026-01-01', validUntilOn: '2026-12-31', services: ['pix'] },
    };
    const events = [
      await new LabelPlaceHandler(aggregates).execute(new LabelPlace(label, by(12))),
      await new SuspendPlaceHandler(aggregates).execute(
        new SuspendPlace({ placeId, reason: 'r' }, by(13)),
      ),
      await new RestorePlaceHandler(aggregates).execute(new RestorePlace({ placeId }, by(14))),
      await new WithdrawLabelHandler(aggregates, clock).execute(
        new WithdrawLabel({ placeId, reason: 'r' }, by(15)),
      ),
    ].flatMap((handled) => handled.events.map(({ type, data }) => [type, data]));
    expect(events).toEqual([
      ['PlaceLabelled', label],
      ['PlaceSuspended', { placeId, reason: 'r' }],
      ['PlaceRestored', { placeId }],
      ['LabelWithdrawn', { placeId, reason: 'r', withdrawnOn: '2026-06-15' }],
    ]);
  });
});
