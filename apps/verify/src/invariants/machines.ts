/** From which state an event leads where: `''` is before the first, `'*'` any other, `'='` stays. */
type Ways = Readonly<Record<string, string>>;

export type Machine = Readonly<{
  /** Prefix of the streams' names. */
  streams: string;
  /** Several machines of one kind live in one stream: whose event it is. */
  partOf?: (data: Readonly<Record<string, unknown>>) => string;
  /** No other type may occur in these streams. */
  isWhole: boolean;
  ways: Readonly<Record<string, Ways>>;
}>;

const from = (before: readonly string[], after: string): Ways =>
  Object.fromEntries(before.map((state) => [state, after]));
const begins = (after: string): Ways => from([''], after);
const keeps = (...states: readonly string[]): Ways => from(states, '=');

const partBy =
  (key: string) =>
  (data: Readonly<Record<string, unknown>>): string =>
    String(data[key]);

const ORDER: Machine = {
  streams: 'order-',
  isWhole: true,
  ways: {
    BooksOrdered: begins('ordered'),
    FundsReserved: from(['ordered'], 'funded'),
    BooksIssued: from(['funded'], 'issued'),
    OrderDelivered: keeps('ordered', 'funded', 'issued'),
    OrderActivated: from(['issued'], 'active'),
    OrderCancelled: from(['ordered', 'funded', 'issued'], 'cancelled'),
    BooksAllocated: keeps('issued', 'active', 'closing'),
    BooksReturned: keeps('issued', 'active', 'closing', 'ended', 'drawn', 'agreed', 'closed'),
    BooksTransferred: keeps('issued', 'active', 'closing'),
    ReplacementStocked: { '*': '=' },
    StockCorrected: { '*': '=' },
    ClosingOpened: from(['active'], 'closing'),
    StockBlockRequested: keeps('closing'),
    StockBlocked: keeps('closing'),
    StockBlockUnanswered: keeps('closing'),
    LateHandOutsAcknowledged: keeps('closing'),
    AcknowledgementUnanswered: keeps('closing'),
    // The day comes whatever letters were missed.
    ValidityEnded: from(['active', 'closing'], 'ended'),
    StatementOpened: from(['ended'], 'opened'),
    StatementDrawn: from(['opened'], 'drawn'),
    StatementAgreed: from(['drawn'], 'agreed'),
    OrderClosed: from(['agreed'], 'closed'),
  },
};

const BOOK: Machine = {
  streams: 'book-',
  isWhole: true,
  ways: {
    BookDistributed: { '': 'open', open: 'open' },
    VouchersRedeemed: keeps('open'),
    RedemptionCancelled: keeps('open', 'blocked', 'replaced'),
    BookBlocked: from(['', 'open'], 'blocked'),
    BookUnblocked: from(['blocked'], 'open'),
    BookReplaced: from(['blocked'], 'replaced'),
  },
};

const DEPOSIT: Machine = {
  streams: 'deposit-',
  isWhole: true,
  ways: {
    DepositAssigned: begins('typed'),
    DepositConfirmed: from(['typed'], 'confirmed'),
    DepositRecalled: from(['typed', 'confirmed'], 'recalled'),
    DepositBooked: keeps('confirmed', 'recalled'),
  },
};

const ORDER_IN_AGREEMENT: Machine = {
  streams: 'agreement-',
  partOf: partBy('orderId'),
  isWhole: false,
  ways: {
    OrderEnqueued: begins('waiting'),
    OrderTurnedAway: begins('turned-away'),
    OrderFunded: from(['waiting'], 'funded'),
    OrderWithdrawn: from(['waiting'], 'over'),
    // A permission lapses where the order was cancelled meanwhile.
    ReservationReleased: from(['funded', 'requested', 'permitted'], 'over'),
    ActivationRequested: from(['funded'], 'requested'),
    ActivationPermitted: from(['requested'], 'permitted'),
    CreditNoteIssued: from(['permitted', 'credited'], 'credited'),
  },
};

const DEPOSIT_IN_AGREEMENT: Machine = {
  streams: 'agreement-',
  partOf: partBy('depositId'),
  isWhole: false,
  ways: {
    FundsReceived: begins('received'),
    FundsConfirmed: from(['received'], 'confirmed'),
    FundsRecalled: from(['received', 'confirmed'], 'recalled'),
  },
};

const REFUND: Machine = {
  streams: 'agreement-',
  partOf: partBy('refundId'),
  isWhole: false,
  ways: {
    RefundProposed: begins('proposed'),
    RefundOrdered: from(['proposed'], 'ordered'),
    RefundSent: from(['ordered'], 'sent'),
    RefundBooked: from(['ordered', 'sent'], 'booked'),
    RefundFailed: from(['ordered', 'sent'], 'failed'),
    RefundReturned: from(['booked'], 'returned'),
  },
};

const AGREEMENT: Machine = {
  streams: 'agreement-',
  isWhole: false,
  ways: {
    AgreementSigned: begins('signed'),
    OrderFunded: keeps('signed'),
    RefundProposed: keeps('signed', 'closed'),
    AgreementClosed: from(['signed'], 'closed'),
  },
};

const RUN: Machine = {
  streams: 'run-',
  isWhole: false,
  ways: {
    PreparationStarted: from(['', 'released'], 'preparing'),
    LinesFrozen: keeps('preparing'),
    AmountsHeld: keeps('preparing'),
    RunPrepared: from(['preparing'], 'prepared'),
    ApprovalGiven: keeps('prepared'),
    RunApproved: from(['prepared'], 'approved'),
    RunRejected: from(['prepared', 'approved'], 'released'),
    RunSentBack: from(['prepared', 'approved'], 'released'),
    LinesReleased: keeps('released'),
    PaymentFileIssued: from(['approved'], 'issued'),
    SubmissionStarted: from(['issued', 'unclear'], 'submitting'),
    RunSubmitted: from(['submitting', 'unclear'], 'submitted'),
    SubmissionUnclear: from(['submitting'], 'unclear'),
    RunCompleted: from(['prepared', 'submitted', 'unclear'], 'completed'),
  },
};

const REGISTER: Machine = {
  streams: 'run-register-',
  isWhole: true,
  ways: {
    RunOpened: from(['', 'cleared'], 'open'),
    RunCleared: from(['open'], 'cleared'),
  },
};

const FEE_SWEEP: Machine = {
  streams: 'fee-sweeps-',
  partOf: partBy('feeSweepId'),
  isWhole: true,
  ways: {
    FeeSweepProposed: begins('proposed'),
    FeeSweepOrdered: from(['proposed'], 'ordered'),
    FeeSweepBooked: from(['ordered'], 'booked'),
    FeeSweepCancelled: from(['proposed', 'ordered'], 'cancelled'),
    FeeSweepReturned: from(['booked'], 'returned'),
  },
};

const BANK_ENTRY: Machine = {
  streams: 'bank-entry-',
  isWhole: true,
  ways: {
    BankEntryRecorded: begins('open'),
    BankEntryBooked: keeps('open'),
    MatchProposed: keeps('open'),
    // A part of an entry may be resolved, and then another.
    ResolutionProposed: keeps('open', 'applied'),
    BankEntryMatched: from(['open'], 'taken'),
    BankEntryResolved: from(['open', 'applied'], 'taken'),
    BankEntryApplied: from(['taken'], 'applied'),
    BankEntryReopened: from(['taken', 'applied'], 'open'),
  },
};

const BANK_REPORT: Machine = {
  streams: 'bank-report-',
  isWhole: true,
  ways: {
    BankReportReceived: begins('received'),
    BankReportRefused: from(['received'], 'refused'),
    BankReportRead: from(['received'], 'read'),
    ReportItemsJudged: keeps('read'),
    BankReportCompleted: from(['read'], 'completed'),
    BankReportErased: keeps('refused', 'completed'),
    ReportAnswerAcknowledged: keeps('read', 'completed'),
  },
};

const FRAUD_HOLD: Machine = {
  streams: 'payee-',
  isWhole: false,
  ways: {
    FraudHoldPlaced: from(['', 'free'], 'held'),
    FraudHoldLifted: from(['held'], 'free'),
  },
};

const WRITE_OFF: Machine = {
  streams: 'payee-',
  partOf: partBy('writeOffId'),
  isWhole: false,
  ways: {
    WriteOffProposed: begins('proposed'),
    WriteOffDecided: from(['proposed'], 'decided'),
  },
};

const SOLVENCY: Machine = {
  streams: 'solvency-',
  isWhole: true,
  ways: {
    SolvencyDiffered: { '': 'differs', differs: 'differs', agrees: 'differs' },
    SolvencyRestored: from(['differs'], 'agrees'),
  },
};

const PRINT: Machine = {
  streams: 'print-',
  isWhole: true,
  ways: {
    PrintRequested: begins('requested'),
    PrintMade: from(['requested'], 'made'),
    PrintAbandoned: from(['requested'], 'abandoned'),
    PrintDownloaded: keeps('made'),
    PrintErased: from(['made'], 'erased'),
  },
};

const CONTACT: Machine = {
  streams: 'contact-',
  isWhole: true,
  ways: {
    ContactRecorded: begins('kept'),
    ContactChanged: keeps('kept', 'erasure-proposed'),
    ContactErasureProposed: from(['kept'], 'erasure-proposed'),
    ContactErasureApproved: from(['erasure-proposed'], 'erasure-approved'),
    // Also what was kept long enough, whatever anybody proposed.
    ContactErased: from(['kept', 'erasure-proposed', 'erasure-approved'], 'erased'),
  },
};

const USER: Machine = {
  streams: 'user-',
  isWhole: true,
  ways: {
    UserRegistered: begins('registered'),
    RoleGiven: keeps('registered'),
    RoleWithdrawn: keeps('registered'),
  },
};

const memberships = (streams: string): Machine => ({
  streams,
  partOf: ({ userId, partyId, role }) => `${String(userId)} ${String(partyId)} ${String(role)}`,
  isWhole: false,
  ways: {
    RoleGiven: from(['', 'withdrawn'], 'held'),
    RoleWithdrawn: from(['held'], 'withdrawn'),
  },
});

const INVITATION: Machine = {
  streams: 'invitation-',
  isWhole: true,
  ways: {
    InvitationMade: begins('open'),
    InvitationAccepted: from(['open'], 'accepted'),
    InvitationRevoked: from(['open'], 'revoked'),
  },
};

const API_KEY: Machine = {
  streams: 'api-key-',
  isWhole: true,
  ways: { ApiKeyIssued: begins('issued'), ApiKeyRevoked: from(['issued'], 'revoked') },
};

export const MACHINES: readonly Machine[] = [
  ...[ORDER, BOOK, DEPOSIT, AGREEMENT, ORDER_IN_AGREEMENT, DEPOSIT_IN_AGREEMENT, REFUND],
  ...[RUN, REGISTER, FEE_SWEEP, BANK_ENTRY, BANK_REPORT, FRAUD_HOLD, WRITE_OFF, SOLVENCY, PRINT],
  CONTACT,
  ...[USER, memberships('user-'), memberships('operators-'), INVITATION, API_KEY],
];
