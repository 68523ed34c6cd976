/**
 * The architecture, as rules. Each comment says what to do instead, and each rule has one offender
 * under test/architecture-offences/, so that taking a rule away fails test/architecture.spec.ts.
 */
/** Upstream first. */
const LINE = [
  'contacts',
  ...['access', 'places', 'funding', 'voucher-books', 'reimbursement', 'accounting', 'webhooks'],
];
const CONTEXTS = LINE.join('|');
const SPECS = '\\.(spec|e2e-spec)\\.ts$';
const TESTING = '^libs/platform/src/testing/';
const FRONT_DOORS = '/src/(index|contract|projections|(config|read-store)/index)\\.ts$';
/** The one file that names EventStoreDB's client; everything else talks to the port beside it. */
const STORE_ADAPTER = '^libs/platform/src/event-store/eventstore-db\\.adapter\\.ts$';
/** What drives the store from outside, with its true client, to prove or to measure it. */
const STORE_TRIALS = [
  '^test/(event-store-|platform-event-store/|emmett)',
  '^bench/',
  '^libs/platform/src/event-store/[^/]+\\.spec\\.ts$',
];

const forbid = (name, from, to, comment) => ({ name, severity: 'error', from, to, comment });

module.exports = {
  forbidden: [
    forbid(
      'resolvable',
      {},
      { couldNotResolve: true },
      'An import nobody can follow is a rule nobody checks.',
    ),
    forbid(
      'no-circular',
      {},
      { circular: true },
      'Move the shared part down, or react to an event.',
    ),
    forbid(
      'no-orphans',
      { orphan: true, pathNot: [SPECS, '/main\\.ts$', '\\.d\\.ts$'] },
      {},
      'Wire it or delete it.',
    ),
    forbid(
      'kernel-stands-alone',
      { path: '^libs/kernel/', pathNot: SPECS },
      { pathNot: '^libs/kernel/' },
      'Plain TypeScript only: no package, no node module.',
    ),
    forbid(
      'domain-is-pure',
      { path: '^libs/([^/]+)/src/domain/', pathNot: SPECS },
      { pathNot: '^libs/($1/src/(domain/|contract\\.ts$)|kernel/src/)' },
      'Fetch it in the use case and pass it in as data.',
    ),
    forbid(
      'contracts-are-plain',
      { path: '^libs/([^/]+)/src/contract\\.ts$' },
      { pathNot: '^libs/($1/src/domain/|kernel/src/)' },
      'Publish the types of events and nothing that runs.',
    ),
    forbid(
      'meet-in-contracts',
      { path: `^libs/(${CONTEXTS}|read-models)/` },
      { path: `^libs/(${CONTEXTS})/`, pathNot: ['^libs/$1/', '/src/contract\\.ts$'] },
      "Read the other context's contract.ts, or ask it to publish more.",
    ),
    ...LINE.map((context, i) =>
      forbid(
        `${context}-looks-upstream`,
        { path: `^libs/${context}/` },
        { path: `^libs/(${[...LINE.slice(i + 1), 'processes', 'read-models'].join('|')})/` },
        'Downstream knows upstream, never the reverse; a process joins them.',
      ),
    ),
    forbid(
      'processes-use-front-doors',
      { path: '^libs/processes/' },
      { path: `^libs/(${CONTEXTS})/`, pathNot: FRONT_DOORS },
      'Read contracts, send commands.',
    ),
    forbid(
      'shared-libs-use-front-doors',
      { path: '^libs/([^/]+)/' },
      {
        path: '^libs/(kernel|platform|processes|read-models)/',
        pathNot: ['^libs/$1/', FRONT_DOORS, TESTING],
      },
      'Import what the lib exports from its index, or have it export more by name.',
    ),
    forbid(
      'apps-use-front-doors',
      { path: '^apps/' },
      { path: '^libs/', pathNot: [FRONT_DOORS, TESTING] },
      'Export it by name from the lib index, or leave it alone.',
    ),
    forbid(
      'libs-know-no-app',
      { path: '^libs/' },
      { path: '^apps/' },
      'Invert it: a port in the lib.',
    ),
    forbid(
      'platform-knows-no-context',
      { path: '^libs/platform/' },
      { path: '^libs/', pathNot: '^libs/(platform|kernel)/' },
      'Platform is generic.',
    ),
    forbid(
      'one-file-names-the-store',
      { pathNot: [STORE_ADAPTER, ...STORE_TRIALS] },
      { path: 'node_modules/@eventstore/', pathNot: '/db-client/generated/' },
      'Talk to the EventStore port in @app/platform.',
    ),
    forbid(
      'wire-protocol-in-event-store',
      { pathNot: ['^apps/event-store/', ...STORE_TRIALS] },
      { path: 'node_modules/(@grpc/|google-protobuf/|@eventstore/db-client/generated/)' },
      'Only our own server speaks gRPC; the rest goes through the client, behind the port.',
    ),
    forbid(
      'queues-behind-platform',
      { path: '^(libs|apps)/', pathNot: '^(libs/platform|apps/worker)/' },
      { path: 'node_modules/(@nestjs/)?(bullmq|ioredis)/' },
      'Talk to the job queue port in @app/platform.',
    ),
    forbid(
      'testing-only-in-specs',
      { pathNot: [SPECS, TESTING, '^test/'] },
      { path: TESTING },
      'Test helpers stay out of production.',
    ),
    forbid(
      'tests-stay-outside',
      { path: '^(apps|libs)/', pathNot: SPECS },
      { path: '^(test|bench)/' },
      'What production needs lives in a lib.',
    ),
    forbid(
      'no-development-packages',
      { path: '^(apps|libs)/', pathNot: [SPECS, TESTING] },
      { dependencyTypes: ['npm-dev'], pathNot: 'node_modules/@types/' },
      'It is not there in production: move the package to dependencies, or the code to a spec.',
    ),
  ],
  options: {
    tsPreCompilationDeps: true, // a type-only import is a dependency too
    tsConfig: { fileName: `${__dirname}/tsconfig.json` },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/architecture-offences/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
