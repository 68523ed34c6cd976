import { ROLES } from '@app/platform';
import { AccessApp, isRefused } from './access-app';

// Only a hang should end it on a busy machine.
jest.setTimeout(300_000);

let app: AccessApp;
beforeAll(async () => {
  app = await AccessApp.start();
});
afterAll(() => app.stop());

const gets = () => app.asks.filter(({ route }) => route.startsWith('GET'));

it('HEAD is for whom GET is', async () => {
  for (const asked of gets()) {
    const sent = asked.ask.sent(app.objects.own, app.objects.own);
    for (const role of [undefined, ...ROLES]) {
      const token = role && (await app.callers.good(role));
      const { status } = await app.callers.ask(asked.route, sent, token);
      const head = await app.callers.ask(`HEAD ${asked.route}`, sent, token);
      const what = `HEAD of ${asked.route} as ${role ?? 'nobody'}, GET ${status}`;
      app.check('head', head, head.status === status, what);
    }
  }
  expect(app.surprises()).toEqual([]);
});

it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is for nobody', async (method) => {
  const token = await app.callers.good('operator');
  for (const asked of app.asks) {
    const { path } = asked.ask.sent(app.objects.own, app.objects.own);
    const told = await app.callers.ask(`${method} ${asked.route}`, { path }, token);
    app.check(method, told, isRefused(told, 405, 'method_not_allowed'), `${method} ${path}`);
  }
  expect(app.surprises()).toEqual([]);
});
