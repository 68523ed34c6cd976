import { ROLES, type Role, type RouteRights } from '@app/platform';
import { RIGHTS } from './rights';
import { reachOf } from './rights-page';

type Route = keyof typeof RIGHTS;
type Rule = Readonly<{ roles: readonly Role[]; routes: readonly Route[] }>;

const FINANCE = ['finance-preparer', 'finance-approver'] as const;
const STAFF = ['operator', ...FINANCE, 'auditor'] as const;
const ORGANISATION = '/v1/organisations/{organisationId}';
const REFUND = '/v1/agreements/{agreementId}/refunds/{refundId}';

/** The rules of the scheme, action by action, said a second time: a slip of the table is seen here. */
const RULES: Readonly<Record<string, Rule>> = {
  'create and suspend': {
    roles: ['operator'],
    routes: [
      ...(['POST /v1/organisations', 'POST /v1/funders', 'POST /v1/places/imports'] as const),
      `POST ${ORGANISATION}/correction`,
      'POST /v1/places/{placeId}/attachment',
    ],
  },
  'labels of a place': {
    roles: ['operator'],
    routes: [
      ...(['POST /v1/places/{placeId}/label', 'POST /v1/places/{placeId}/suspension'] as const),
      ...(['POST /v1/places/{placeId}/restoration'] as const),
      'POST /v1/places/{placeId}/withdrawal',
    ],
  },
  keys: { roles: ['operator'], routes: ['POST /v1/keys/revocation'] },
  'record a deposit': {
    roles: ['finance-preparer', 'system'],
    routes: ['POST /v1/deposits', 'POST /v1/deposits/{depositId}/recall'],
  },
  'read what is a funder’s': {
    roles: [...STAFF, 'funder', 'system'],
    routes: [
      ...(['GET /v1/funders/{funderId}/balance', 'GET /v1/solvency'] as const),
      'GET /v1/agreements/{agreementId}/balance',
    ],
  },
  'cancel and block': {
    roles: ['operator', 'funder', 'prescriber'],
    routes: ['POST /v1/books/{number}/block', 'POST /v1/books/{number}/unblock'],
  },
  distribute: { roles: ['prescriber'], routes: ['POST /v1/distributions'] },
  'download prints': {
    roles: ['operator'],
    routes: ['GET /v1/prints/{printId}/file', 'POST /v1/orders/{orderId}/prints'],
  },
  'agreements, orders, closing answers': {
    roles: ['operator', 'funder'],
    routes: [
      ...(['POST /v1/agreements', 'POST /v1/agreements/{agreementId}/closing'] as const),
      ...(['POST /v1/orders', 'POST /v1/orders/{orderId}/cancellation'] as const),
      ...(['POST /v1/orders/{orderId}/closing/stock-block'] as const),
      ...(['POST /v1/orders/{orderId}/closing/acknowledgement'] as const),
      'POST /v1/orders/{orderId}/closing/agreement',
    ],
  },
  'delivery, allocation, prescribers': {
    roles: ['operator', 'funder'],
    routes: [
      ...(['POST /v1/orders/{orderId}/delivery', 'POST /v1/prescribers'] as const),
      ...(['POST /v1/orders/{orderId}/allocations'] as const),
      'POST /v1/orders/{orderId}/transfers',
    ],
  },
  'return and replace': {
    roles: ['operator', 'prescriber'],
    routes: ['POST /v1/orders/{orderId}/returns', 'POST /v1/books/{number}/replacement'],
  },
  'propose to pay out': {
    roles: ['finance-preparer'],
    routes: [
      ...(['POST /v1/agreements/{agreementId}/refunds', 'POST /v1/fee-sweeps'] as const),
      `POST ${ORGANISATION}/debt/write-off`,
    ],
  },
  'approve it': {
    roles: ['finance-approver'],
    routes: [
      ...([`POST ${REFUND}/approval`, `POST ${REFUND}/sending`] as const),
      ...([`POST ${REFUND}/failure`, 'POST /v1/fee-sweeps/{feeSweepId}/approval'] as const),
      `POST ${ORGANISATION}/debt/write-off/{writeOffId}/approval`,
    ],
  },
  'resolve an entry': {
    roles: FINANCE,
    routes: ['POST /v1/bank-reports/{reportId}/entries/{entryRef}/resolution'],
  },
  'check and redeem': {
    roles: ['place-manager', 'place-cashier'],
    routes: ['POST /v1/vouchers/check', 'POST /v1/redemptions'],
  },
  'cancel a redemption': {
    roles: [...FINANCE, 'place-manager'],
    routes: ['POST /v1/redemptions/{redemptionId}/cancellation'],
  },
  'read a redemption': {
    roles: [...STAFF, 'system', 'place-manager', 'place-cashier'],
    routes: ['GET /v1/redemptions/{redemptionId}'],
  },
  'read what is a place’s': {
    roles: [...STAFF, 'system', 'place-manager'],
    routes: ['GET /v1/places/{placeId}/balance', `GET ${ORGANISATION}/balance`],
  },
  'change the account of a place': {
    roles: ['finance-approver', 'place-manager'],
    routes: [
      `POST ${ORGANISATION}/bank-accounts`,
      `POST ${ORGANISATION}/bank-accounts/{bankAccountId}/revocation`,
    ],
  },
  'as its second person': {
    roles: ['finance-approver'],
    routes: [`POST ${ORGANISATION}/bank-accounts/{bankAccountId}/verification`],
  },
  'open and prepare a run': {
    roles: ['finance-preparer'],
    routes: ['POST /v1/reimbursement-runs', 'POST /v1/reimbursement-runs/{runId}/preparation'],
  },
  'approve a run, fetch its file': {
    roles: ['finance-approver'],
    routes: [
      ...(['POST /v1/reimbursement-runs/{runId}/approval'] as const),
      ...(['POST /v1/reimbursement-runs/{runId}/rejection'] as const),
      'GET /v1/reimbursement-runs/{runId}/payment-file',
    ],
  },
  'submit it, tell that it is unclear': {
    roles: [...FINANCE, 'system'],
    routes: ['POST /v1/reimbursement-runs/{runId}/submission'],
  },
  'send in what the bank says': {
    roles: ['finance-preparer', 'system'],
    routes: ['POST /v1/bank-reports'],
  },
  'present again': { roles: FINANCE, routes: ['POST /v1/payments/{claimId}/re-presentment'] },
};

const rolesOf = (route: Route): readonly Role[] =>
  ROLES.filter((role) => reachOf(RIGHTS[route], role) !== undefined);

describe('the rules of the scheme', () => {
  it.each(Object.entries(RULES))('say who may %s', (_action, { roles, routes }) => {
    for (const route of routes) {
      expect([route, [...rolesOf(route)].sort()]).toEqual([route, [...roles].sort()]);
    }
  });

  it('let no machine decide what two people decide, nor give access', () => {
    const decides = /approval$|verification$|lifting$|rejection$|resolution$|confirmation$/;
    const gives = /\/(users|invitations|api-keys|keys)\b/;
    const posts = Object.entries<RouteRights>(RIGHTS).filter(([route]) => route.startsWith('POST'));
    const closed = posts.filter(([route]) => decides.test(route) || gives.test(route));
    expect(closed.length).toBeGreaterThan(15);
    expect(closed.filter(([, { people }]) => people !== true)).toEqual([]);
    // Whoever was invited comes, also who holds a machine's role.
    const bySystem = closed.filter(([, rights]) => reachOf(rights, 'system') !== undefined);
    expect(bySystem.map(([route]) => route)).toEqual(['POST /v1/invitations/acceptance']);
  });

  it('let an auditor and an operator read, and neither move money', () => {
    const posts = Object.keys(RIGHTS).filter((route) => route.startsWith('POST')) as Route[];
    const byAuditor = posts.filter((route) => rolesOf(route).includes('auditor'));
    // Whoever has a voucher may ask what it holds, whoever was invited may come.
    const forAnybody = ['POST /v1/holder/balance', 'POST /v1/invitations/acceptance'];
    expect(byAuditor.filter((route) => !forAnybody.includes(route))).toEqual([]);
    const paysOut =
      /reimbursement-runs|refunds|fee-sweeps|write-off|payments|deposits|bank-reports/;
    const byOperator = posts.filter((route) => rolesOf(route).includes('operator'));
    expect(byOperator.filter((route) => paysOut.test(route))).toEqual([]);
  });

  it('let who is no staff reach their own alone, but for what everyone may know', () => {
    const outsiders = ['funder', 'prescriber', 'place-manager', 'place-cashier'] as const;
    const routes = Object.keys(RIGHTS) as Route[];
    const reaching = routes.filter((route) =>
      outsiders.some((role) => reachOf(RIGHTS[route], role) === 'all'),
    );
    expect(reaching.sort()).toEqual([
      'GET /v1/places/export',
      'GET /v1/places/{placeId}',
      'GET /v1/prescribers',
      'GET /v1/prescribers/{prescriberId}',
    ]);
  });

  it('tell who does not log in no more than api.md says', () => {
    const open = Object.entries(RIGHTS).filter(([, rights]) => 'nobody' in rights);
    expect(open.map(([route]) => route).sort()).toEqual([
      'GET /health/live',
      'GET /health/ready',
      'GET /v1/figures',
      'GET /v1/places',
      'POST /v1/holder/balance',
    ]);
  });
});
