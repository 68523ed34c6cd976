import { Controller, Get, Query } from '@nestjs/common';
import { ListQuery, Page, type PageOf } from '../http/listing';
import { HttpTestApp } from '../testing/http-test-app';
import type { Caller } from './actor';
import { StillAdmitted, type IsStillAdmitted } from './admission';
import { Callers } from './callers';

const CALLER = { id: 'a', userId: 'a', partyId: 'p', roles: ['auditor'] } as const;
const ROWS = Array.from({ length: 1_200 }, (_, at) => ({ id: `${at}`.padStart(4, '0') }));

/** Whoever comes, as they are now. */
let caller: Caller | undefined;
class Whoever extends Callers {
  identify(): Caller | undefined {
    return caller;
  }
}

/** What happens once the first page of a list is read. */
let then: () => void = () => undefined;

class ThingsQuery extends ListQuery {}

@Controller('things')
class ThingsController {
  readonly asked: number[] = [];

  @Get()
  list(@Query() _: ThingsQuery, @Page() page: PageOf) {
    return page.answer({
      find: ([after] = [''], limit) => {
        const rows = ROWS.filter(({ id }) => id > String(after)).slice(0, limit);
        this.asked.push(rows.length);
        then();
        return rows;
      },
      keyOf: ({ id }) => [id],
      columns: ['id'],
    });
  }

  @Get('still')
  async still(@StillAdmitted() isStillAdmitted: IsStillAdmitted): Promise<object> {
    then();
    return { isStillAdmitted: await isStillAdmitted() };
  }
}

let http: HttpTestApp;
beforeEach(async () => {
  caller = CALLER;
  then = () => undefined;
  http = await HttpTestApp.start({
    controllers: [ThingsController],
    rights: {
      'GET /things': { all: ['operator', 'auditor'] },
      'GET /things/still': { nobody: true, all: ['operator', 'auditor'] },
    },
    callers: () => new Whoever(),
  });
});
afterEach(() => http.close());

const asking = (path: string) => http.request.get(path).set('authorization', 'Bearer any');

describe('who was let in', () => {
  const becomes = (changed: Caller | undefined) => {
    then = () => (caller = changed);
  };

  it.each<[string, Caller | undefined, boolean]>([
    ['as before', CALLER, true],
    ['with another role besides', { ...CALLER, roles: ['auditor', 'funder'] }, true],
    ['without the role', { ...CALLER, roles: ['funder'] }, false],
    ['in a role that says more', { ...CALLER, roles: ['operator'] }, false],
    ['for another party', { ...CALLER, partyId: 'q' }, false],
    ['as nobody', undefined, false],
  ])('and is there %s goes on: %s', async (_as, changed, goesOn) => {
    becomes(changed);
    expect((await asking('/things/still')).body).toEqual({ isStillAdmitted: goesOn });
  });

  it('and is not any more is not read the rest of a list', async () => {
    const things = http.app.get(ThingsController);
    const asked = () => asking('/things').set('accept', 'text/csv');
    const { text } = await asked();
    expect(text.split('\r\n')).toHaveLength(1_202);
    expect(things.asked.splice(0)).toEqual([500, 500, 200]);
    becomes(undefined);
    // A part is never taken for the whole: the connection is cut.
    await expect(asked()).rejects.toThrow();
    expect(things.asked).toEqual([500]);
  });
});

it('nobody in particular goes on', async () => {
  const { body } = await http.request.get('/things/still');
  expect(body).toEqual({ isStillAdmitted: true });
});
