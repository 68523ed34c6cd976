import {
  type BookedEntry,
  writeNotification,
  writeStatement,
  writeStatusReport,
} from '../../apps/standalone/src/bank-simulator/bank-messages';
import { RUN_SETTINGS } from '../support/run-settings';
import type { Person, SchemeApp } from '../support/scheme-app';

export type Verdict = Readonly<{
  item: number;
  verdict: string;
  reason: string | null;
  entryRef: string | null;
  entry: Entry | null;
}>;

export type Entry = Readonly<{
  entryRef: string;
  reportId: string;
  status: string;
  openCents: number;
  endToEndId: string | null;
  counterpartyName: string | null;
  counterpartyIbanMasked: string | null;
  remittance: string | null;
  reason: string | null;
  guess: Readonly<{ as: string; targetId?: string; reason: string }> | null;
}>;

export type Report = Readonly<{
  reportId: string;
  status: string;
  reason: string | null;
  reasons: readonly string[];
  erasedAt: string | null;
  entries: readonly Verdict[];
}>;

type Booked = Partial<BookedEntry> & Pick<BookedEntry, 'amountCents' | 'direction'>;

/** The bank of the ring-fenced account as a test writes its files, and who sends them on. */
export class BankWorld {
  readonly preparer: Person;
  readonly approver: Person;
  readonly auditor: Person;
  #balanceCents: number;
  #messages = 0;

  constructor(
    readonly app: SchemeApp,
    options: Readonly<{ balanceCents?: number }> = {},
  ) {
    this.preparer = app.as('finance-preparer');
    this.approver = app.as('finance-approver');
    this.auditor = app.as('auditor');
    this.#balanceCents = options.balanceCents ?? 0;
  }

  entry(booked: Booked): BookedEntry {
    this.#messages += 1;
    const blank = { bookedOn: this.app.clock.today(), reference: `REF-${this.#messages}` };
    return { ...blank, transactions: [], ...booked };
  }

  /** A camt.053 of these entries, going on from the statement before. */
  statement(entries: readonly BookedEntry[], version: '02' | '08' = '08'): Buffer {
    const openingCents = this.#balanceCents;
    for (const { amountCents, direction } of entries) {
      this.#balanceCents += direction === 'credit' ? amountCents : -amountCents;
    }
    const balances = { openingCents, closingCents: this.#balanceCents };
    return writeStatement({ ...this.#message(), entries, ...balances }, version);
  }

  /** A camt.054 of these entries. */
  notification(entries: readonly BookedEntry[]): Buffer {
    return writeNotification({ ...this.#message(), entries });
  }

  /** A pain.002 that rejects these, of that file. */
  rejection(
    messageId: string,
    rejected: readonly Readonly<{ endToEndId: string; reasonCode: string }>[],
  ): Buffer {
    const original = { messageId, paymentInformationId: `${messageId}-P` };
    return writeStatusReport({ ...this.#message(), ...original, status: 'PART', rejected }, '10');
  }

  /** Sent, and handled as the worker does; the report as it is told then. */
  async send(bytes: Buffer): Promise<Report> {
    const { status, body } = await this.preparer.upload('/v1/bank-reports', bytes);
    if (status !== 202) throw new Error(`${status} ${JSON.stringify(body)}`);
    await this.app.sweep();
    return this.report(String(body['reportId']));
  }

  report(reportId: string): Promise<Report> {
    return this.auditor.get<Report>(`/v1/bank-reports/${reportId}`);
  }

  async entryOf({ reportId }: Report, item = 0): Promise<Entry> {
    const { entries } = await this.report(reportId);
    const entry = entries[item]?.entry;
    if (!entry) throw new Error(`item ${item} has no entry`);
    return entry;
  }

  resolution({ reportId, entryRef }: Entry): string {
    return `/v1/bank-reports/${reportId}/entries/${entryRef}/resolution`;
  }

  /** Proposed by one person, approved by another. */
  async resolve(entry: Entry, body: object): Promise<void> {
    await this.preparer.post(this.resolution(entry), body);
    await this.approver.post(this.resolution(entry), body);
    await this.app.sweep();
  }

  reconciliation(asOf?: string): Promise<Record<string, unknown>> {
    const query = asOf === undefined ? '' : `?asOf=${asOf}`;
    return this.auditor.get(`/v1/reconciliation${query}`);
  }

  #message(): Readonly<{ id: string; on: string; iban: string }> {
    this.#messages += 1;
    const on = this.app.clock.today();
    return { id: `BANK-${this.#messages}`, on, iban: RUN_SETTINGS.debtor.iban };
  }
}
