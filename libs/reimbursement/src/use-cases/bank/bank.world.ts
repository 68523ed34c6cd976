import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecretKey } from 'node:crypto';
import {
  formatCents,
  normaliseReference,
  type Command,
  type Decider,
  type Event,
} from '@app/kernel';
import {
  hashOf,
  InMemoryEventStore,
  StreamAggregateStore,
  SystemRandomness,
  uuidV5,
  type Clock,
  type CommandContext,
  type EventStore,
  type NewEvent,
} from '@app/platform';
import { BankReportFiles } from '../../adapters/bank-report-files';
import { BankReportKeys, BankTexts } from '../../adapters/bank-texts';
import type { BankEntryFact, BankReportFact, PaymentFact, RunFact, RunLine } from '../../contract';
import type { ExpectedEntry } from '../../domain/bank/expected';
import { payment } from '../../domain/payment/payment';
import { frozen, RUN_ID, rules, started, written } from '../../domain/run/run.examples';
import { AccountViews, type IssuedFile } from '../../ports/account-views';
import { FundingAtBank, type LineOfAccount } from '../../ports/funding-at-bank';
import { RunSettings } from '../../ports/run-settings';
import { TreasuryFigures } from '../../ports/treasury-figures';
import { PayeeDebts } from '../treasury/payee-debts';
import { AccountLookups } from './account-lookups';
import { ApplyBankEntry, ApplyBankEntryHandler } from './apply-entry';
import { EntryEffects } from './entry-effects';
import { EntryMatching } from './entry-matching';
import { HandleBankReport, HandleBankReportHandler } from './handle-report';
import { machineContext } from './machine-context';
import { PaymentAnswers } from './payment-answers';
import { ReceiveBankReport, ReceiveBankReportHandler } from './receive-report';
import { RematchBankEntry, RematchBankEntryHandler } from './rematch-entry';

export const MESSAGE = 'RUN1-1-1-018f0000';

/** What views would know, folded from the log itself at every question. */
class ViewsOfLog extends AccountViews {
  deposits: readonly ExpectedEntry[] = [];
  file: IssuedFile | undefined;

  hasReport(): boolean {
    return true;
  }
  findExpected(references: readonly string[]): readonly ExpectedEntry[] {
    return this.deposits.filter(({ targetId }) =>
      references.includes(normaliseReference(targetId)),
    );
  }
  listExpectedOf(): readonly ExpectedEntry[] {
    return [];
  }
  findFile(id: string): IssuedFile | undefined {
    return id === MESSAGE || id === `${MESSAGE}-P` ? this.file : undefined;
  }
  listFilesAround(): readonly IssuedFile[] {
    return this.file ? [this.file] : [];
  }
}

type Booked = Event<'DepositBooked', LineOfAccount>;
type Book = Command<'Book', LineOfAccount>;

/** Funding's part, as far as it matters here: the same line is booked once. */
const bookedDeposit: Decider<Book, readonly string[], Booked> = {
  name: 'deposit',
  initialState: [],
  decide: ({ data }, sources) =>
    sources.includes(data.source) ? [] : [{ type: 'DepositBooked', data }],
  evolve: (sources, { data }) => [...sources, data.source],
};

class FundingInLog extends FundingAtBank {
  constructor(private readonly aggregates: StreamAggregateStore) {
    super();
  }
  hasDeposit(): Promise<boolean> {
    return Promise.resolve(true);
  }
  hasAgreement(): Promise<boolean> {
    return Promise.resolve(false);
  }
  async bookDeposit(depositId: string, data: LineOfAccount, context: CommandContext) {
    await this.aggregates.handle(bookedDeposit, depositId, { type: 'Book', data }, context);
  }
  recordDeposit(): Promise<string> {
    return Promise.reject(new Error('nobody records a deposit here'));
  }
  bookRefund(): Promise<void> {
    return Promise.reject(new Error('nobody books a refund here'));
  }
}

class NoFigures extends TreasuryFigures {
  getFees(): Promise<never> {
    return Promise.reject(new Error('nobody asks for fees here'));
  }
  listOwed() {
    return Promise.resolve([]);
  }
  findAgreementOf() {
    return Promise.resolve(undefined);
  }
}

const SETTINGS: RunSettings = {
  rules,
  debtor: written.debtor,
  transactionsPerFileMax: 100,
  bankCutOffTime: '12:00',
};

type Fact = (BankEntryFact | BankReportFact | PaymentFact) & Readonly<{ streamName: string }>;

/** One log and one folder, and programs that die. */
export class BankWorld {
  readonly log = new InMemoryEventStore();
  readonly views = new ViewsOfLog();
  readonly #dataDir = mkdtempSync(join(tmpdir(), 'carnet-bank-'));
  readonly #sealed = {
    dataDir: this.#dataDir,
    keys: { currentKeyId: 'k', masterKeyOf: () => createSecretKey(Buffer.alloc(32, 'key')) },
    randomness: new SystemRandomness(),
  };
  readonly keys = new BankReportKeys(this.#sealed);
  readonly files = new BankReportFiles({ ...this.#sealed, reportKeys: this.keys });
  readonly texts = new BankTexts(this.keys);

  constructor(private readonly clock: Clock) {}

  leave(): void {
    rmSync(this.#dataDir, { recursive: true, force: true });
  }

  /** Payments of one file that the bank has; those of `later` are not ordered yet. */
  async issue(lines: readonly RunLine[], later: readonly RunLine[] = []): Promise<void> {
    const sorted = [...lines, ...later].map(({ endToEndId }) => endToEndId).sort();
    this.views.file = {
      ...{ messageId: MESSAGE, paymentInformationId: `${MESSAGE}-P`, runId: RUN_ID },
      ...{ firstEndToEndId: sorted[0] ?? '', lastEndToEndId: sorted.at(-1) ?? '' },
    };
    await this.#given(`run-${RUN_ID}`, [started(), frozen([...lines, ...later])]);
    for (const line of lines) await this.order(line);
  }

  async order({ payee, ...line }: RunLine): Promise<void> {
    const aggregates = new StreamAggregateStore({ store: this.log });
    const { iban, bankAccountId } = payee;
    const data = { ...line, runId: RUN_ID, version: 1, iban, bankAccountId };
    const context = machineContext(uuidV5(line.claimId, 'order'), line.claimId);
    await aggregates.handle(payment, line.claimId, { type: 'OrderPayment', data }, context);
  }

  /** What a program does of itself; its appends go through `store`. */
  program(store: EventStore = this.log) {
    const aggregates = new StreamAggregateStore({ store });
    const { views } = this;
    const lookups = new AccountLookups(aggregates, views);
    const matching = new EntryMatching(aggregates, lookups, views, this.texts);
    const answers = new PaymentAnswers(aggregates, lookups);
    const funding = new FundingInLog(aggregates);
    const figures = new NoFigures();
    const debts = new PayeeDebts(aggregates, figures);
    const effects = new EntryEffects(aggregates, lookups, views, funding, figures, debts);
    const apply = new ApplyBankEntryHandler(aggregates, effects);
    const rematch = new RematchBankEntryHandler(aggregates, matching);
    const handle = new HandleBankReportHandler(
      ...([aggregates, this.files, this.texts, SETTINGS, views, matching, answers] as const),
    );
    const receive = new ReceiveBankReportHandler(
      ...([aggregates, this.files, this.clock] as const),
    );
    return {
      receive: async (bytes: Buffer) => {
        const context = machineContext(uuidV5(RUN_ID, hashOf(bytes.toString('base64'))), RUN_ID);
        return (await receive.execute(new ReceiveBankReport({ bytes }, context))).reportId;
      },
      handle: (reportId: string) => handle.execute(new HandleBankReport(reportId)),
      apply: (entryId: string) =>
        apply.execute(new ApplyBankEntry({ entryId }, machineContext(entryId, entryId))),
      rematch: (entryId: string) => rematch.execute(new RematchBankEntry(entryId)),
    };
  }

  /** A report's job, then the process and the sweeper, until nothing follows any more. */
  async run(reportId: string, store: EventStore = this.log): Promise<void> {
    const program = this.program(store);
    await program.handle(reportId);
    for (let before = -1; before !== (await this.facts()).length;) {
      const facts = await this.facts();
      before = facts.length;
      for (const { type, data } of facts) {
        const isTaken = type === 'BankEntryMatched' || type === 'BankEntryResolved';
        if (isTaken) await program.apply(data.entryId);
      }
      for (const entryId of await this.#rematchable()) await program.rematch(entryId);
    }
  }

  /** Entries that waited for a debit which has come, as the view finds them. */
  async #rematchable(): Promise<readonly string[]> {
    const settled = new Set<string>();
    const waiting = new Map<string, string>();
    for (const { type, data } of await this.facts()) {
      if (type === 'BankEntryMatched') waiting.delete(data.entryId);
      if (type === 'BankEntryReopened' && data.reason === 'payment_not_settled') {
        waiting.set(data.entryId, data.payments?.[0]?.endToEndId ?? '');
      }
      if (type === 'PaymentSettled') settled.add(data.endToEndId);
    }
    return [...waiting].flatMap(([entryId, id]) => (settled.has(id) ? [entryId] : []));
  }

  async facts(): Promise<readonly Fact[]> {
    const facts: Fact[] = [];
    for await (const { streamName, type, data } of this.log.readAll()) {
      facts.push({ streamName, type, data } as Fact);
    }
    return facts;
  }

  /** What it comes to: money moved, and each entry and item with its last word; in no order. */
  async outcome(): Promise<readonly string[]> {
    const last = new Map<string, string>();
    const money: string[] = [];
    for (const { streamName, type, data } of await this.facts()) {
      if (/^(payment|deposit)-/.test(streamName)) money.push(JSON.stringify([type, data]));
      if (streamName.startsWith('bank-')) last.set(streamName, type);
    }
    return [...money, ...[...last].map((each) => each.join(' '))].sort();
  }

  async #given(streamName: string, facts: readonly RunFact[]): Promise<void> {
    const { followedPosition: _, ...metadata } = machineContext(RUN_ID, RUN_ID);
    const events = facts.map((fact, index): NewEvent => {
      return { ...(fact as Event), id: uuidV5(RUN_ID, `${streamName} ${index}`), metadata };
    });
    await this.log.append({ streamName, expectedRevision: 'no-stream', events });
  }
}

// --- files, as short as the schemas let them be -------------------------------------------------

type Line = Readonly<{
  cents: number;
  direction: 'CRDT' | 'DBIT';
  reference: string;
  endToEndId?: string;
}>;

const document = (kind: string, name: string, body: string): Buffer =>
  Buffer.from(
    `<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${kind}"><${name}>` +
      '<GrpHdr><MsgId>M</MsgId><CreDtTm>2027-03-03T06:00:00Z</CreDtTm></GrpHdr>' +
      `${body}</${name}></Document>`,
  );

const amountOf = (cents: number): string => `<Amt Ccy="EUR">${formatCents(cents)}</Amt>`;

const balanceOf = (code: string, cents: number): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amountOf(Math.abs(cents))}` +
  `<CdtDbtInd>${cents < 0 ? 'DBIT' : 'CRDT'}</CdtDbtInd><Dt><Dt>2027-03-02</Dt></Dt></Bal>`;

const entryOf = ({ cents, direction, reference, endToEndId }: Line): string => {
  const refs = endToEndId === undefined ? '' : `<EndToEndId>${endToEndId}</EndToEndId>`;
  return (
    `<Ntry>${amountOf(cents)}<CdtDbtInd>${direction}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>` +
    `<BookgDt><Dt>2027-03-02</Dt></BookgDt><AcctSvcrRef>${reference}</AcctSvcrRef>` +
    `<NtryDtls><TxDtls><Refs>${refs}</Refs></TxDtls></NtryDtls></Ntry>`
  );
};

export function statementOf(id: string, lines: readonly Line[]): Buffer {
  const closing = lines.reduce(
    (sum, { cents, direction }) => sum + (direction === 'CRDT' ? cents : -cents),
    0,
  );
  const account = `<Acct><Id><IBAN>${written.debtor.iban}</IBAN></Id></Acct>`;
  const balances = balanceOf('OPBD', 0) + balanceOf('CLBD', closing);
  const body = `<Stmt><Id>${id}</Id>${account}${balances}${lines.map(entryOf).join('')}</Stmt>`;
  return document('camt.053.001.08', 'BkToCstmrStmt', body);
}

/** Of the file of the world's run. */
export const rejectionOf = (endToEndIds: readonly string[]): Buffer =>
  document(
    'pain.002.001.10',
    'CstmrPmtStsRpt',
    `<OrgnlGrpInfAndSts><OrgnlMsgId>${MESSAGE}</OrgnlMsgId></OrgnlGrpInfAndSts>` +
      `<OrgnlPmtInfAndSts><OrgnlPmtInfId>${MESSAGE}-P</OrgnlPmtInfId>${endToEndIds
        .map(
          (id) =>
            `<TxInfAndSts><OrgnlEndToEndId>${id}</OrgnlEndToEndId><TxSts>RJCT</TxSts>` +
            '<StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></TxInfAndSts>',
        )
        .join('')}</OrgnlPmtInfAndSts>`,
  );
