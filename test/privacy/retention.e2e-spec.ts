import { ContactCards, EraseContact } from '@app/contacts';
import { ContactQueries } from '@app/read-models';
import { CommandBus } from '@nestjs/cqrs';
import {
  ContactRetention,
  DueContactErasures,
} from '../../apps/worker/src/jobs/due-contact-erasures';
import { SchemeApp } from '../support/scheme-app';
import { OrderWorld } from '../voucher-books/order-world';
import { filesBelow, PERSONAL, sightings } from './canaries';

const KEEP_DAYS = 30;
const CARD = { name: PERSONAL.name, email: PERSONAL.email, phone: PERSONAL.phone };

let app: SchemeApp;
let world: OrderWorld;

beforeAll(async () => {
  app = await SchemeApp.start();
  world = await OrderWorld.in(app);
});
afterAll(() => app.stop());

/** As the worker does, under a retention of thirty days. */
async function eraseDue(): Promise<readonly string[]> {
  const cards = app.http.app.get(ContactCards, { strict: false });
  const retention = new ContactRetention(KEEP_DAYS);
  const due = new DueContactErasures(new ContactQueries(app.readStore), cards, retention);
  const jobs = await due.findDue(app.clock.now());
  const commands = app.http.app.get(CommandBus, { strict: false });
  for (const { contactId } of jobs) {
    const before = retention.keptSinceBefore(app.clock.now());
    await commands.execute(new EraseContact(contactId, before));
  }
  await app.settle();
  return jobs.map(({ contactId }) => contactId);
}

describe('a contact that nobody touches', () => {
  it('is kept for as many days as configured, from when it was last confirmed, and then gone', async () => {
    const { agreementId } = world;
    const { funderId } = await world.operator.get<{ funderId: string }>(
      `/v1/agreements/${agreementId}`,
    );
    const contact = { ...CARD, partyKind: 'funder', partyId: funderId };
    const { contactId } = await world.funder.post<{ contactId: string }>('/v1/contacts', contact);
    app.clock.advanceBy({ days: KEEP_DAYS });
    await app.settle();
    expect(await eraseDue()).toEqual([]);
    await world.funder.post(`/v1/contacts/${contactId}/change`, CARD);
    app.clock.advanceBy({ days: KEEP_DAYS });
    await app.settle();
    expect(await eraseDue()).toEqual([]);
    const operator = app.as('operator');
    expect(await operator.get(`/v1/contacts/${contactId}`)).toMatchObject({ card: CARD });
    app.clock.advanceBy({ ms: 1 });
    expect(await eraseDue()).toEqual([contactId]);
    expect(await operator.get(`/v1/contacts/${contactId}`)).toMatchObject({
      ...{ status: 'erased', card: null },
    });
    const left = Object.entries(filesBelow(app.dataDir));
    expect(left.filter(([name]) => name.includes(contactId))).toEqual([]);
    expect(sightings(Object.fromEntries(left), PERSONAL)).toEqual([]);
    expect(await eraseDue()).toEqual([]);
  });
});
