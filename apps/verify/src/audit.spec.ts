import type { RecordedEvent } from '@app/platform';
import { Audit, type Finding } from './audit';

type Fact = Readonly<{
  stream: string;
  type: string;
  data: object;
  role?: string;
  /** Index of the fact the decision had followed. */
  followed?: number;
}>;

const auditOf = (facts: readonly Fact[]): Finding[] => {
  const findings: Finding[] = [];
  const audit = new Audit((finding) => void findings.push(finding));
  const revisions = new Map<string, number>();
  facts.forEach(({ stream, type, data, role = 'operator', followed }, index) => {
    const revision = (revisions.get(stream) ?? -1) + 1;
    revisions.set(stream, revision);
    const actor = { id: 'someone', partyId: 'party', role };
    const ids = { commandId: 'c', requestHash: 'h', correlationId: 'c', causationId: 'c' };
    const event: RecordedEvent = {
      ...{ id: `event-${index}`, streamName: stream, revision, type, data },
      position: BigInt(index + 1),
      metadata: {
        ...ids,
        actor,
        ...(followed !== undefined && { followedPosition: String(followed + 1) }),
      },
      recordedAt: new Date('2027-03-10T10:00:00.000Z'),
    };
    audit.see(event);
  });
  audit.end();
  return findings;
};

const OWNED = { book: 1, orderId: 'o', agreementId: 'a', funderId: 'f' };
const AT = { placeId: 'p', organisationId: 'g', department: '58', prescriberId: 'd' };
const fact = (stream: string, type: string, data: object, more: Partial<Fact> = {}): Fact => {
  return { stream, type, data, ...more };
};

const redeemed = (change: object = {}, more: Partial<Fact> = {}): Fact =>
  fact(
    'book-1',
    'VouchersRedeemed',
    {
      ...{ ...OWNED, ...AT, redemptionId: 'r', vouchers: [1], service: 'forms' },
      ...{ priceCents: 1_500, coveredCents: 1_000, remainderCents: 500, byPublic: [] },
      ...{ performedOn: '2027-03-10', redeemedOn: '2027-03-10' },
      ...{ redeemedAt: '2027-03-10T09:59:00.000Z', promisedPaymentOn: '2027-03-18' },
      ...change,
    },
    more,
  );

const COMPONENTS = [{ agreementId: 'a', placeId: 'p', cents: 1_000 }];
const LINE = {
  ...{ organisationId: 'g', claimId: 'claim', attempt: 1, endToEndId: 'claim-1' },
  ...{ amountCents: 1_000, components: COMPONENTS, payee: { bankAccountId: 'b', iban: 'FR76' } },
};
const FILE = { messageId: 'M', transactions: 1, amountCents: 1_000 };
const MOVING = {
  ...{ claimId: 'claim', organisationId: 'g', runId: 'n', attempt: 1, endToEndId: 'claim-1' },
  ...{ amountCents: 1_000, components: COMPONENTS },
};

/** Names of what a short history in good order is made of, to change or leave out one by one. */
const HISTORY = {
  signed: fact('agreement-a', 'AgreementSigned', {
    ...{ agreementId: 'a', funderId: 'f', faceValueCents: 1_000, allowPrescribingPlace: false },
    restrictions: { territories: ['58'], services: [], publics: ['senior'] },
  }),
  organisation: fact('organisation-g', 'OrganisationRegistered', {
    ...{ organisationId: 'g', siret: '73282932000074' },
  }),
  declared: fact('organisation-g', 'BankAccountDeclared', {
    ...{ organisationId: 'g', bankAccountId: 'b', iban: 'FR76', declaredBy: 'anne' },
    declaredAt: '2027-03-01T09:00:00.000Z',
  }),
  verified: fact('organisation-g', 'BankAccountVerified', {
    ...{ organisationId: 'g', bankAccountId: 'b', outcome: 'match', verifiedBy: 'bob' },
    verifiedAt: '2027-03-01T10:00:00.000Z',
  }),
  listed: fact('place-p', 'PlaceListed', { placeId: 'p', address: { postalCode: '58000' } }),
  labelled: fact('place-p', 'PlaceLabelled', {
    ...{ placeId: 'p', validFromOn: '2027-01-01', validUntilOn: '2027-12-31' },
    services: ['forms'],
  }),
  typed: fact('deposit-t', 'DepositAssigned', {
    ...{ depositId: 't', agreementId: 'a', amountCents: 25_000 },
  }),
  ordered: fact('order-o', 'BooksOrdered', {
    ...{ orderId: 'o', agreementId: 'a', books: 2, vouchersPerBook: 10, faceValueCents: 1_000 },
    ...{ faceCents: 20_000, feeCents: 1_000, vatCents: 200 },
    ...{ lastDayOfUseOn: '2027-06-30', lastHandInOn: '2027-07-06' },
  }),
  enqueued: fact('agreement-a', 'OrderEnqueued', { agreementId: 'a', orderId: 'o' }),
  funded: fact('agreement-a', 'OrderFunded', {
    ...{ agreementId: 'a', orderId: 'o', faceCents: 20_000, feeCents: 1_000, vatCents: 200 },
  }),
  reserved: fact('order-o', 'FundsReserved', { orderId: 'o', agreementId: 'a' }),
  allotted: fact('serial-register-1', 'RangeAllotted', {
    ...{ orderId: 'o', keyId: 'k', firstBook: 1, lastBook: 2 },
  }),
  issued: fact('order-o', 'BooksIssued', { orderId: 'o', agreementId: 'a' }),
  activated: fact('order-o', 'OrderActivated', {
    ...{ orderId: 'o', agreementId: 'a', faceCents: 20_000, feeCents: 1_000, vatCents: 200 },
  }),
  distributed: fact('book-1', 'BookDistributed', {
    ...{ ...OWNED, prescriberId: 'd', department: '58', vouchers: [1, 2, 3], valueCents: 3_000 },
    ...{ public: 'senior', distributedOn: '2027-03-01' },
  }),
  redeemed: redeemed(),
  opened: fact('run-register-runs', 'RunOpened', { runId: 'n', number: 1 }),
  started: fact('run-n', 'PreparationStarted', { runId: 'n', version: 1, preparedBy: 'chloe' }),
  frozen: fact('run-n', 'LinesFrozen', { runId: 'n', version: 1, slice: 0, lines: [LINE] }),
  prepared: fact('run-n', 'RunPrepared', {
    ...{ runId: 'n', lines: 1, payableCents: 1_000, linesSha256: 'sha' },
  }),
  approval: fact('run-n', 'ApprovalGiven', {
    ...{ runId: 'n', approvedBy: 'dora', approvedAt: '2027-03-10T10:00:00.000Z' },
  }),
  approved: fact('run-n', 'RunApproved', { runId: 'n', approvedBy: ['dora'], linesSha256: 'sha' }),
  file: fact('run-n', 'PaymentFileIssued', { runId: 'n', files: [FILE] }),
  paymentOrdered: fact('payment-claim', 'PaymentOrdered', MOVING),
  booked: fact('bank-entry-e', 'BankEntryRecorded', {
    ...{ entryId: 'e', source: 'statement', entry: { amountCents: 1_000 } },
  }),
  settled: fact('payment-claim', 'PaymentSettled', { ...MOVING, from: 'inRun', source: 'e' }),
};

type Name = keyof typeof HISTORY;

/** The history with facts changed (other data), left out (`undefined`) or added behind one. */
const brokenBy = (
  changes: Partial<Record<Name, object | undefined>>,
  added: Partial<Record<Name, Fact>> = {},
): string[] => {
  const facts = (Object.keys(HISTORY) as Name[]).flatMap((name) => {
    const known = HISTORY[name];
    const data = name in changes ? changes[name] : {};
    const kept = data === undefined ? [] : [{ ...known, data: { ...known.data, ...data } }];
    return [...kept, ...(added[name] ? [added[name]] : [])];
  });
  return [...new Set(auditOf(facts).map(({ invariant }) => invariant))];
};

describe('the audit of a log', () => {
  it('finds nothing in a history in good order', () => {
    expect(auditOf(Object.values(HISTORY))).toEqual([]);
  });

  it('says where and what', () => {
    const findings = auditOf([
      HISTORY.signed,
      { ...HISTORY.typed, data: { ...HISTORY.typed.data, amountCents: 0.5 } },
    ]);
    expect(findings).toEqual([
      {
        ...{ invariant: 'I-21', streamName: 'deposit-t', position: '2' },
        what: 'amountCents is 0.5',
      },
    ]);
  });

  it.each<[string, string, Parameters<typeof brokenBy>[0], Parameters<typeof brokenBy>[1]?]>([
    ['I-1', 'more is reserved than is available', { typed: { amountCents: 10_000 } }],
    ['I-1', 'the fee is not what was reserved', { activated: { feeCents: 900 } }],
    ['I-7', 'a payment of what nobody owes', { settled: { components: [] } }],
    ['I-3', 'an order worth more than its vouchers', { ordered: { faceCents: 21_000 } }],
    ['I-3', 'books before their money', { funded: undefined }],
    ['I-3', 'serial numbers with a hole', { allotted: { firstBook: 2, lastBook: 3 } }],
    ['I-3', 'a remainder that does not add up', { redeemed: { remainderCents: 400 } }],
    ['I-4', 'a voucher used twice', {}, { redeemed: redeemed({ redemptionId: 's' }) }],
    ['I-4', 'a voucher nobody handed out', { redeemed: { vouchers: [4] } }],
    [
      'I-4',
      'a cancellation of what was not redeemed',
      {},
      {
        redeemed: fact('book-1', 'RedemptionCancelled', {
          ...{ ...OWNED, ...AT, redemptionId: 'x', vouchers: [1], coveredCents: 1_000 },
        }),
      },
    ],
    ['I-6', 'a place without its label', { labelled: undefined }],
    ['I-6', 'a label that ended before', { labelled: { validUntilOn: '2027-03-09' } }],
    ['I-6', 'a service without a label', { redeemed: { service: 'repairs' } }],
    ['I-6', 'a session before the hand-out', { redeemed: { performedOn: '2027-02-28' } }],
    ['I-6', 'another public', { distributed: { public: 'youth' } }],
    ['I-6', 'another territory', { listed: { address: { postalCode: '21000' } } }],
    [
      'I-6',
      'a prescriber that pays itself',
      { distributed: { prescriberSiret: '73282932000074' } },
    ],
    ['I-7', 'a debit nobody booked', { booked: undefined }],
    [
      'I-7',
      'a line of more than is owed',
      {
        frozen: {
          lines: [{ ...LINE, components: [{ agreementId: 'a', placeId: 'p', cents: 1_001 }] }],
        },
      },
    ],
    ['I-7', 'a line twice', { frozen: { lines: [LINE, { ...LINE, claimId: 'other' }] } }],
    ['I-7', 'a second attempt without evidence', { frozen: { lines: [{ ...LINE, attempt: 2 }] } }],
    [
      'I-7',
      'paid twice',
      {},
      {
        settled: fact('payment-claim', 'PaymentSettled', { ...MOVING, from: 'inRun', source: 'e' }),
      },
    ],
    ['I-8', 'a run that says another sum', { prepared: { payableCents: 999 } }],
    ['I-8', 'a file that lacks a line', { file: { files: [] } }],
    ['I-8', 'another hash than was prepared', { approved: { linesSha256: 'other' } }],
    ['I-10', 'an approver who prepared', { approval: { approvedBy: 'chloe' } }],
    ['I-10', 'an approver who changed an account', { declared: { declaredBy: 'dora' } }],
    ['I-10', 'an account verified by who declared it', { verified: { verifiedBy: 'anne' } }],
    ['I-10', 'a file nobody approved', { approval: undefined, approved: undefined }],
    ['I-11', 'a payment of more than the bank booked', { booked: { entry: { amountCents: 999 } } }],
    ['I-17', 'an order active before it was issued', { issued: undefined }],
    ['I-17', 'a file before the approval', { approved: undefined }],
    [
      'I-22',
      'a redemption from the future',
      { redeemed: { redeemedAt: '2027-04-10T09:59:00.000Z' } },
    ],
  ])('%s finds %s', (invariant, _what, ...broken) => {
    expect(brokenBy(...broken)).toContain(invariant);
  });

  it('finds nothing in an order that was cancelled after it was permitted, or ended unannounced', () => {
    const ids = { orderId: 'o', agreementId: 'a' };
    const { signed, typed, ordered, enqueued, funded, reserved, allotted, issued } = HISTORY;
    const until = [signed, typed, ordered, enqueued, funded, reserved, allotted, issued];
    const permitted = [
      fact('agreement-a', 'ActivationRequested', ids),
      fact('agreement-a', 'ActivationPermitted', ids),
    ];
    const released = [
      fact('order-o', 'OrderCancelled', { ...ids, cause: 'lapsed' }),
      fact('agreement-a', 'ReservationReleased', {
        ...{ ...ids, amountCents: 21_200, shortfallRepaidCents: 0 },
      }),
    ];
    expect(auditOf([...until, ...permitted, ...released])).toEqual([]);
    const ended = fact('order-o', 'ValidityEnded', { ...ids, endedOn: '2027-07-07' });
    expect(auditOf([...until, ...permitted, HISTORY.activated, ended])).toEqual([]);
  });

  it('judges the place as the decision had followed the log', () => {
    const until = Object.values(HISTORY).slice(0, 15);
    const suspended = fact('place-p', 'PlaceSuspended', { placeId: 'p', reason: 'r' });
    const said = (followed: number) => auditOf([...until, suspended, redeemed({}, { followed })]);
    expect(said(14)).toEqual([]);
    expect(said(15).map(({ invariant }) => invariant)).toEqual(['I-6']);
  });

  it('judges the end of validity as the decision had followed the log', () => {
    const until = Object.values(HISTORY).slice(0, 15);
    const ended = fact('order-o', 'ValidityEnded', {
      ...{ orderId: 'o', agreementId: 'a', endedOn: '2027-07-07' },
    });
    const said = (followed: number) => auditOf([...until, ended, redeemed({}, { followed })]);
    expect(said(14)).toEqual([]);
    expect(said(15).map(({ invariant }) => invariant)).toContain('I-6');
  });

  it('knows a machine by its role', () => {
    const facts = Object.entries(HISTORY).map(([name, known]) => {
      return name === 'approval' ? { ...known, role: 'system' } : known;
    });
    expect(auditOf(facts).map(({ invariant }) => invariant)).toEqual(['I-10']);
  });
});
