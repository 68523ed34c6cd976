import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

type Breach = { rule: string; from: string };
type Found = {
  inRepository: Breach[];
  inOffences: Breach[];
  withoutRule: Record<string, Breach[]>;
};

/** One offender each, under test/architecture-offences/. */
const RULES = [
  'access-looks-upstream',
  'accounting-looks-upstream',
  'apps-use-front-doors',
  'contacts-looks-upstream',
  'contracts-are-plain',
  'domain-is-pure',
  'funding-looks-upstream',
  'kernel-stands-alone',
  'libs-know-no-app',
  'meet-in-contracts',
  'no-circular',
  'no-development-packages',
  'no-orphans',
  'one-file-names-the-store',
  'places-looks-upstream',
  'platform-knows-no-context',
  'processes-use-front-doors',
  'queues-behind-platform',
  'reimbursement-looks-upstream',
  'resolvable',
  'shared-libs-use-front-doors',
  'testing-only-in-specs',
  'tests-stay-outside',
  'voucher-books-looks-upstream',
  'webhooks-looks-upstream',
  'wire-protocol-in-event-store',
];

describe('the architecture', () => {
  let found: Found;

  beforeAll(async () => {
    const program = `${__dirname}/architecture.breaches.mjs`;
    const { stdout } = await promisify(execFile)(process.execPath, [program]);
    found = JSON.parse(stdout) as Found;
  });

  it('holds in the repository', () => expect(found.inRepository).toEqual([]));

  it('is broken among the offences once by rule', () =>
    expect(found.inOffences.map(({ rule }) => rule).sort()).toEqual(RULES));

  it('has no rule but these', () => expect(Object.keys(found.withoutRule).sort()).toEqual(RULES));

  it.each(RULES)('without the rule %s would let its offender through, and no other', (removed) =>
    expect(found.withoutRule[removed]).toEqual(
      found.inOffences.filter(({ rule }) => rule !== removed),
    ),
  );
});
