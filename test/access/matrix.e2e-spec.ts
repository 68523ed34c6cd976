import { ROLES, type Role, type RouteRights } from '@app/platform';
import { RIGHTS } from '../../apps/api/src/access/rights';
import { reachOf } from '../../apps/api/src/access/rights-page';
import { AccessApp, bodyOf, isRefused, type Asked, type Which } from './access-app';
import { idsOf } from './access-world';
import type { Ask, Route } from './asking';
import { KEY_ROLES, type Told } from './callers';

// Only a hang should end it on a busy machine.
jest.setTimeout(600_000);

let app: AccessApp;
beforeAll(async () => {
  app = await AccessApp.start();
});
afterAll(() => app.stop());

/** What the table says of a role that asks for an object; `no`: as for what is not there. */
type Verdict = 'yes' | 'no' | 'forbidden';

function verdictOf({ rights, ask }: Asked, role: Role | undefined, which: Which): Verdict {
  const reach = role === undefined ? 'none' : reachOf(rights, role);
  if (reach === undefined) return 'forbidden';
  if (ask.ownedAs !== undefined && reach === 'own' && role !== ask.ownedAs) return 'no';
  if (ask.names === 'nothing' || which === 'own') return 'yes';
  if (which === 'missing') return ask.names === 'filter' ? 'yes' : 'no';
  if (ask.names === 'part') return 'no';
  if (ask.nobodysFor !== undefined && ask.nobodysFor === role) return 'yes';
  return reach === 'own' ? 'no' : 'yes';
}

const whichOf = ({ ask }: Asked): readonly Which[] => {
  if (ask.names === 'nothing') return ['own'];
  return ask.names === 'scheme' ? ['own', 'missing'] : ['own', 'foreign', 'missing'];
};

const isOpen = ({ nobody, all, own, none }: RouteRights): boolean =>
  nobody === true && !all && !own && !none;

it('every route of the server is in the table, and nothing else', () => {
  const { paths } = app.scheme.contract.document;
  const served = Object.entries(paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(Object.keys(RIGHTS).sort()).toEqual(served.sort());
});

describe('without a session', () => {
  it('nobody gets anywhere, whatever they name', async () => {
    await app.recordsNothing(async () => {
      for (const asked of app.asks.filter(({ rights }) => !rights.nobody)) {
        for (const which of whichOf(asked)) {
          const told = await app.send(asked, which);
          const what = `${asked.route} ${which} without a token`;
          app.check('no session', told, isRefused(told, 401, 'token_required'), what);
        }
      }
    });
    expect(app.surprises()).toEqual([]);
  });

  it('a token that is not valid is worse than none', async () => {
    await app.recordsNothing(async () => {
      for (const asked of app.asks.filter(({ rights }) => !isOpen(rights))) {
        for (const role of ROLES) {
          for (const [wrong, token] of Object.entries(app.callers.bad(role))) {
            const told = await app.send(asked, 'own', await token);
            const what = `${asked.route} as ${role}, ${wrong}`;
            app.check('bad session', told, isRefused(told, 401, 'token_invalid'), what);
          }
        }
      }
    });
    expect(app.surprises()).toEqual([]);
  });

  it('a role that was taken is gone with the next token', async () => {
    await app.recordsNothing(async () => {
      const forHolders = ({ rights }: Asked) => !isOpen(rights) && rights.newcomers !== true;
      for (const asked of app.asks.filter(forHolders)) {
        for (const role of ROLES) {
          const told = await app.send(asked, 'own', await app.callers.withoutRole(role));
          const what = `${asked.route} as ${role} no more`;
          app.check('role taken', told, isRefused(told, 403, 'forbidden'), what);
        }
      }
    });
    expect(app.surprises()).toEqual([]);
  });
});

describe('with a session', () => {
  it('a role that is not in the table is told so, whatever it names', async () => {
    await app.recordsNothing(async () => {
      for (const asked of app.asks) {
        for (const role of ROLES) {
          for (const which of whichOf(asked)) {
            if (verdictOf(asked, role, which) !== 'forbidden') continue;
            const told = await app.send(asked, which, await app.callers.good(role));
            const what = `${asked.route} ${which} as ${role}`;
            app.check('forbidden', told, isRefused(told, 403, 'forbidden'), what);
          }
        }
      }
    });
    expect(app.surprises()).toEqual([]);
  });

  it('a machine decides nothing that takes a second person, and gives nobody access', async () => {
    await app.recordsNothing(async () => {
      for (const asked of app.asks.filter(({ rights }) => rights.people)) {
        for (const role of KEY_ROLES) {
          const told = await app.send(asked, 'own', app.callers.key(role));
          const what = `${asked.route} by a key of ${role}`;
          app.check('no person', told, isRefused(told, 403, 'route_not_for_keys'), what);
        }
      }
    });
    expect(app.surprises()).toEqual([]);
  });

  it('a machine has the rights of its roles elsewhere, and no others', async () => {
    await app.recordsNothing(async () => {
      for (const asked of app.asks.filter(({ rights }) => !rights.people)) {
        for (const role of KEY_ROLES) {
          const verdict = verdictOf(asked, role, 'own');
          const what = `${asked.route} by a key of ${role}`;
          if (verdict === 'yes' && !asked.route.startsWith('GET')) continue;
          const told = await app.send(asked, 'own', app.callers.key(role));
          const isRight = {
            yes: isLetIn(asked.route, told) || isOfAnother(asked.route, role, told),
            no: told.status === 404,
            forbidden: isRefused(told, 403, 'forbidden'),
          };
          app.check('by a key', told, isRight[verdict], what);
        }
      }
    });
    expect(app.surprises()).toEqual([]);
  });

  it('what is foreign looks like what is missing, byte by byte', async () => {
    await app.recordsNothing(async () => {
      for (const asked of app.asks) {
        for (const role of ROLES) await compare(asked, role);
      }
    });
    expect(app.surprises()).toEqual([]);
  });
});

async function compare(asked: Asked, role: Role): Promise<void> {
  const { route, ask, at } = asked;
  if (ask.names === 'nothing' || verdictOf(asked, role, 'missing') === 'forbidden') return;
  const token = await app.callers.good(role);
  const missing = await app.send(asked, 'missing', token);
  const what = `${route} #${at} as ${role}`;
  app.check('missing', missing, isMissing(ask, missing), `${what}, missing`);
  if (ask.names === 'scheme' || !looksMissing(asked, role)) return;
  const foreign = await app.send(asked, 'foreign', token);
  const areAlike = foreign.status === missing.status && bodyOf(foreign) === bodyOf(missing);
  app.check('foreign', foreign, areAlike, `${what}, foreign, unlike ${missing.text}`);
}

/** A part can be refused for what is wrong with it, as long as that tells nothing of another's. */
function isMissing({ names }: Ask, { status }: Told): boolean {
  if (names === 'filter') return status === 200;
  return names === 'part' ? status >= 400 && status < 500 : status === 404;
}

function looksMissing(asked: Asked, role: Role): boolean {
  const { ask, rights } = asked;
  if (ask.names !== 'filter') return verdictOf(asked, role, 'foreign') === 'no';
  const path = (which: Which) => ask.sent(app.objects[which], app.objects.own).path;
  return reachOf(rights, role) === 'own' && path('foreign') !== path('own');
}

describe('what the table says', () => {
  it('is what everyone may do, and nobody sees what is another’s', async () => {
    const gets = app.asks.filter(({ route }) => route.startsWith('GET'));
    const posts = app.asks.filter(({ route }) => route.startsWith('POST'));
    // After it no code that was printed is taken any more.
    const isLast = ({ route }: Asked) => route === 'POST /v1/keys/revocation';
    const ordered = [...gets, ...posts.filter((each) => !isLast(each)), ...posts.filter(isLast)];
    for (const asked of ordered) {
      for (const role of ROLES) await letIn(asked, role);
      if (asked.rights.nobody) await letIn(asked, undefined);
    }
    await app.scheme.settle();
    const surprises = app.surprises();
    const checks = Object.values(app.counts).reduce((sum, each) => sum + each, 0);
    const told = { routes: Object.keys(RIGHTS).length, roles: ROLES.length + 1, checks };
    process.stdout.write(
      `${JSON.stringify({ ...told, ...app.counts, surprises: surprises.length })}\n`,
    );
    expect(surprises).toEqual([]);
  });
});

async function letIn(asked: Asked, role: Role | undefined): Promise<void> {
  const { route, ask, at, rights } = asked;
  for (const which of whichOf(asked)) {
    if (verdictOf(asked, role, which) !== 'yes') continue;
    const told = await app.send(asked, which, role && (await app.callers.good(role)));
    const what = `${route} #${at} ${which} as ${role ?? 'nobody'}`;
    const isGone = ask.once === true && done.has(route) && told.status === 404;
    app.check('let in', told, isLetIn(route, told) || isGone, what);
    if (told.status < 300) done.add(route);
    const sent = ask.sent(app.objects[which], app.objects.own);
    held(route, sent.path, told);
    if (role === undefined || reachOf(rights, role) !== 'own') continue;
    // What was named in the request is told to who knew it.
    const named = JSON.stringify(sent);
    const foreign = idsOf(app.world.foreign).filter((id) => !named.includes(id));
    const leaked = foreign.filter((id) => told.text.includes(id));
    app.check('own alone', told, leaked.length === 0, `${what} tells ${leaked.join(' ')}`);
  }
}

/** No machine took what the world's cashier took. */
const isOfAnother = (route: Route, role: Role, { status }: Told): boolean =>
  route === 'GET /v1/redemptions/{redemptionId}' && role === 'place-cashier' && status === 404;

/** Routes that somebody has done what they are for. */
const done = new Set<Route>();

/** Whoever is let in may wish what is done already, or not yet possible. */
const isLetIn = (route: Route, told: Told): boolean =>
  told.status < 300 || (route.startsWith('GET') ? isNotMade(told) : IS_DECIDED.has(told.status));

const IS_DECIDED: ReadonlySet<number> = new Set([409, 422]);
/** A job makes prints, and there is none here. */
const isNotMade = (told: Told): boolean => isRefused(told, 409, 'print_not_made');

/** Each kind of answer is held to the document once. */
const seen = new Set<string>();
function held(route: Route, path: string, { status, type: mediaType, text }: Told): void {
  const body: unknown = mediaType.endsWith('json') ? JSON.parse(text) : text;
  const isProblem = mediaType === 'application/problem+json';
  const kind = `${route} ${status} ${isProblem ? (body as { code: string }).code : ''}`;
  if (seen.has(kind)) return;
  seen.add(kind);
  const [method = ''] = route.toLowerCase().split(' ');
  app.scheme.contract.check({ method, path, status, mediaType, body });
}
