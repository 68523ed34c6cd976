import type { RecordedEvent } from '@app/platform';
import type { AgreementFact, DepositFact, FunderFact } from '@app/funding/contract';
import type { OrganisationFact, PlaceFact } from '@app/places/contract';
import type {
  BankEntryFact,
  FeeSweepFact,
  PayeeFact,
  PaymentFact,
  RunFact,
  RunRegisterFact,
} from '@app/reimbursement/contract';
import type {
  BookFact,
  OrderFact,
  PrescriberFact,
  SerialRegisterFact,
} from '@app/voucher-books/contract';

export type KnownOrder = {
  readonly orderId: string;
  readonly agreementId: string;
  readonly funderId: string;
  readonly books: number;
  readonly vouchersPerBook: number;
  readonly validUntilOn: string;
  keyId: string | undefined;
  range: Readonly<{ firstBook: number; lastBook: number }> | undefined;
  stage: 'ordered' | 'issued' | 'active' | 'over';
};

export type KnownBook = {
  readonly book: number;
  readonly orderId: string;
  /** In whose stock it is. */
  prescriberId: string | undefined;
  isHandedOut: boolean;
  isBlocked: boolean;
};

/** A transfer that a person enters at the bank, once it is approved: then it has a reference. */
type Ordered<Id> = Id & { agreementId: string; amountCents: number; reference?: string };

type Facts =
  | AgreementFact
  | BankEntryFact
  | BookFact
  | DepositFact
  | FeeSweepFact
  | FunderFact
  | OrderFact
  | OrganisationFact
  | PayeeFact
  | PaymentFact
  | PlaceFact
  | PrescriberFact
  | RunFact
  | RunRegisterFact
  | SerialRegisterFact;

type Takes = { readonly [F in Facts as F['type']]?: (data: F['data']) => void };

/**
 * What the people of the scheme could know, read off the log: enough to want things that may be granted,
 * and some that may not. It judges nothing.
 */
export class Known {
  readonly funderIds: string[] = [];
  readonly funderAccounts: { funderId: string; bankAccountId: string }[] = [];
  readonly agreements: { agreementId: string; funderId: string; faceValueCents: number }[] = [];
  readonly deposits: {
    depositId: string;
    agreementId: string;
    amountCents: number;
    bankReference: string;
  }[] = [];
  readonly orders = new Map<string, KnownOrder>();
  readonly books = new Map<number, KnownBook>();
  readonly prescriberIds: string[] = [];
  readonly organisationIds: string[] = [];
  readonly accounts: { organisationId: string; bankAccountId: string }[] = [];
  readonly places: { placeId: string; organisationId: string }[] = [];
  readonly redemptions: { redemptionId: string; organisationId: string; book: number }[] = [];
  readonly runs = new Map<string, { runId: string; linesSha256: string; status: string }>();
  readonly claims = new Map<string, { claimId: string; endToEndId: string; status: string }>();
  readonly entries = new Map<
    string,
    { entryId: string; amountCents: number; direction: string; proposed: unknown; isOpen: boolean }
  >();
  readonly sweeps: Ordered<{ feeSweepId: string }>[] = [];
  readonly writeOffs: { organisationId: string; writeOffId: string }[] = [];
  readonly refunds: Ordered<{ refundId: string }>[] = [];
  keyIds = new Set<string>();

  see({ type, data }: RecordedEvent): void {
    const take = this.#takes[type as keyof Takes] as ((data: unknown) => void) | undefined;
    take?.(data);
  }

  readonly #takes: Takes = {
    FunderRegistered: ({ funderId }) => void this.funderIds.push(funderId),
    FunderBankAccountDeclared: ({ funderId, bankAccountId }) =>
      void this.funderAccounts.push({ funderId, bankAccountId }),
    AgreementSigned: ({ agreementId, funderId, faceValueCents }) =>
      void this.agreements.push({ agreementId, funderId, faceValueCents }),
    DepositAssigned: ({ depositId, agreementId, amountCents, bankReference }) =>
      void this.deposits.push({ depositId, agreementId, amountCents, bankReference }),
    RefundProposed: ({ agreementId, refundId, amountCents }) =>
      void this.refunds.push({ agreementId, refundId, amountCents }),
    RefundOrdered: ({ refundId, reference }) => {
      const refund = this.refunds.find((each) => each.refundId === refundId);
      if (refund) refund.reference = reference;
    },
    FeeSweepProposed: ({ agreementId, feeSweepId, amountCents }) =>
      void this.sweeps.push({ agreementId, feeSweepId, amountCents }),
    FeeSweepOrdered: ({ feeSweepId, reference }) => {
      const sweep = this.sweeps.find((each) => each.feeSweepId === feeSweepId);
      if (sweep) sweep.reference = reference;
    },
    WriteOffProposed: ({ organisationId, writeOffId }) =>
      void this.writeOffs.push({ organisationId, writeOffId }),
    BooksOrdered: ({ orderId, agreementId, funderId, books, vouchersPerBook, validUntilOn }) =>
      void this.orders.set(orderId, {
        ...{ orderId, agreementId, funderId, books, vouchersPerBook, validUntilOn },
        ...{ keyId: undefined, range: undefined, stage: 'ordered' },
      }),
    BooksIssued: ({ orderId, keyId, firstBook, lastBook }) => {
      const order = this.orders.get(orderId);
      if (order) Object.assign(order, { keyId, range: { firstBook, lastBook }, stage: 'issued' });
      for (let book = firstBook; book <= lastBook; book += 1) this.#add(book, orderId);
    },
    OrderActivated: ({ orderId }) => this.#to(orderId, 'active'),
    OrderCancelled: ({ orderId }) => this.#to(orderId, 'over'),
    ValidityEnded: ({ orderId }) => this.#to(orderId, 'over'),
    BooksAllocated: ({ firstBook, lastBook, prescriberId }) =>
      this.#stock(firstBook, lastBook, prescriberId),
    BooksReturned: ({ firstBook, lastBook }) => this.#stock(firstBook, lastBook, undefined),
    BooksTransferred: ({ firstBook, lastBook, toPrescriberId }) =>
      this.#stock(firstBook, lastBook, toPrescriberId),
    ReplacementStocked: ({ orderId, book, prescriberId }) => this.#add(book, orderId, prescriberId),
    PrescriberRegistered: ({ prescriberId }) => void this.prescriberIds.push(prescriberId),
    BookDistributed: ({ book }) => {
      const known = this.books.get(book);
      if (known) known.isHandedOut = true;
    },
    BookBlocked: ({ book }) => this.#block(book, true),
    BookUnblocked: ({ book }) => this.#block(book, false),
    BookReplaced: ({ newBook, orderId, prescriberId }) => {
      this.#add(newBook, orderId, prescriberId);
    },
    VouchersRedeemed: ({ redemptionId, organisationId, book }) =>
      void this.redemptions.push({ redemptionId, organisationId, book }),
    OrganisationRegistered: ({ organisationId }) => void this.organisationIds.push(organisationId),
    BankAccountDeclared: ({ organisationId, bankAccountId }) =>
      void this.accounts.push({ organisationId, bankAccountId }),
    PlaceListed: ({ placeId, organisationId }) => {
      if (organisationId !== undefined) this.places.push({ placeId, organisationId });
    },
    RunOpened: ({ runId }) => void this.runs.set(runId, { runId, linesSha256: '', status: 'open' }),
    PreparationStarted: ({ runId }) => this.#run(runId, 'open'),
    RunPrepared: ({ runId, linesSha256 }) => this.#run(runId, 'prepared', linesSha256),
    RunRejected: ({ runId }) => this.#run(runId, 'released'),
    RunSentBack: ({ runId }) => this.#run(runId, 'released'),
    RunApproved: ({ runId }) => this.#run(runId, 'approved'),
    PaymentFileIssued: ({ runId }) => this.#run(runId, 'issued'),
    SubmissionStarted: ({ runId }) => this.#run(runId, 'submitting'),
    RunSubmitted: ({ runId }) => this.#run(runId, 'submitted'),
    SubmissionUnclear: ({ runId }) => this.#run(runId, 'unclear'),
    RunCompleted: ({ runId }) => this.#run(runId, 'completed'),
    PaymentOrdered: ({ claimId, endToEndId }) => this.#claim(claimId, endToEndId, 'ordered'),
    PaymentSettled: ({ claimId, endToEndId }) => this.#claim(claimId, endToEndId, 'settled'),
    PaymentRejected: ({ claimId, endToEndId }) => this.#claim(claimId, endToEndId, 'failed'),
    PaymentReturned: ({ claimId, endToEndId }) => this.#claim(claimId, endToEndId, 'failed'),
    BankEntryRecorded: ({ entryId, entry, source }) => {
      if (source !== 'statement') return;
      const { amountCents, direction } = entry;
      const open = { entryId, amountCents, direction, proposed: undefined, isOpen: true };
      this.entries.set(entryId, open);
    },
    BankEntryMatched: ({ entryId }) => this.#entry(entryId, { isOpen: false }),
    BankEntryResolved: ({ entryId }) => this.#entry(entryId, { isOpen: false }),
    ResolutionProposed: ({ entryId, resolution }) => this.#entry(entryId, { proposed: resolution }),
    BankEntryReopened: ({ entryId }) => this.#entry(entryId, { isOpen: true, proposed: undefined }),
    RangeAllotted: ({ keyId }) => void this.keyIds.add(keyId),
  };

  #to(orderId: string, stage: KnownOrder['stage']): void {
    const order = this.orders.get(orderId);
    if (order) order.stage = stage;
  }

  #add(book: number, orderId: string, prescriberId?: string): void {
    if (this.books.has(book)) return;
    this.books.set(book, { book, orderId, prescriberId, isHandedOut: false, isBlocked: false });
  }

  #block(number: number, isBlocked: boolean): void {
    const book = this.books.get(number);
    if (book) book.isBlocked = isBlocked;
  }

  #stock(firstBook: number, lastBook: number, prescriberId: string | undefined): void {
    for (let number = firstBook; number <= lastBook; number += 1) {
      const book = this.books.get(number);
      if (book) book.prescriberId = prescriberId;
    }
  }

  #run(runId: string, status: string, linesSha256?: string): void {
    const run = this.runs.get(runId);
    if (run) Object.assign(run, { status, ...(linesSha256 !== undefined && { linesSha256 }) });
  }

  #claim(claimId: string, endToEndId: string, status: string): void {
    this.claims.set(claimId, { claimId, endToEndId, status });
  }

  #entry(entryId: string, change: object): void {
    const entry = this.entries.get(entryId);
    if (entry) Object.assign(entry, change);
  }
}
