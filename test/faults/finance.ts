import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../apps/standalone/src/bank-simulator/chance';
import {
  readPaymentOrders,
  type TransferOrder,
} from '../../apps/standalone/src/bank-simulator/payment-orders';
import { RUNS, type RunAnswer } from '../stories/paying-cast';
import type { Bank } from './bank';
import type { Clerk } from './clerk';
import { eventually } from './desk';
import type { Scheme } from './scheme';

/** Of 10,000 transfers of a first attempt. */
const REJECTED = 800;
const RETURNED = 800;
const PAUSE_MS = 400;

/** Runs, one after the other: opened, approved, sent to the bank, and what the bank says of them. */
export class Finance {
  /** Which files name a payment, by its end-to-end id: one each. */
  readonly filesOf = new Map<string, Set<string>>();
  /** Second attempts are carried out, so that every round comes to its end. */
  readonly #tried = new Set<string>();

  constructor(
    private readonly scheme: Scheme,
    private readonly bank: Bank,
    private readonly clerk: Clerk,
    private readonly chance: Chance,
  ) {}

  async work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await this.#payOut();
      await sleep(PAUSE_MS);
    }
  }

  async #payOut(): Promise<void> {
    const { preparer, approver, history } = this.scheme;
    const { runId } = await preparer.post<{ runId: string }>(RUNS);
    const run = await this.#becomes(runId, 'prepared', 'completed');
    if (run.status === 'completed') return;
    await approver.post(`${RUNS}/${runId}/approval`, { linesSha256: run.linesSha256 });
    const { files } = await this.#becomes(runId, 'issued');
    const contents: Buffer[] = [];
    for (const { part, sha256 } of files) {
      const bytes = await this.#fetch(runId, part);
      const same = createHash('sha256').update(bytes).digest('hex') === sha256;
      if (!same) history.complain(`file ${part} of run ${runId} is not the one that was issued`);
      contents.push(bytes);
    }
    await approver.post(`${RUNS}/${runId}/submission`, { outcome: 'started' });
    await approver.post(`${RUNS}/${runId}/submission`, { outcome: 'submitted' });
    for (const bytes of contents) await this.#carryOut(bytes);
  }

  /** Some are rejected, some come back, the others are booked. */
  async #carryOut(bytes: Buffer): Promise<void> {
    const orders = readPaymentOrders(bytes);
    const failed: TransferOrder[] = [];
    const returned: TransferOrder[] = [];
    for (const transfer of orders.transfers) {
      const { endToEndId } = transfer;
      const files = this.filesOf.get(endToEndId) ?? new Set();
      this.filesOf.set(endToEndId, files.add(orders.messageId));
      const isFirst = !this.#tried.has(transfer.iban);
      if (isFirst && this.chance.falls(REJECTED, endToEndId, 'rejected')) failed.push(transfer);
      else {
        this.bank.debit(transfer);
        const back = isFirst && this.chance.falls(RETURNED, endToEndId, 'returned');
        if (back) returned.push(transfer);
      }
    }
    this.#tried.clear();
    for (const transfer of failed) {
      await this.clerk.report(this.bank.rejection(orders, transfer));
    }
    await this.clerk.tellNews();
    for (const transfer of returned) this.bank.giveBack(transfer);
    await this.clerk.tellNews();
    for (const transfer of [...failed, ...returned]) await this.#presentAgain(transfer);
  }

  async #presentAgain({ endToEndId, iban }: TransferOrder): Promise<void> {
    const { auditor, preparer } = this.scheme;
    const claimId = await eventually(this.scheme, 'view', `${endToEndId} has failed`, async () => {
      const page = await auditor.get<{ items: readonly Failed[] }>('/v1/payments?limit=500');
      const found = page?.items.find((each) => each.endToEndId === endToEndId);
      return found && ['rejected', 'returned'].includes(found.status) ? found.claimId : undefined;
    });
    const evidence = { endToEndId, reference: 'The bank had it wrong' };
    await preparer.post(`/v1/payments/${claimId}/re-presentment`, { evidence });
    this.#tried.add(iban);
  }

  #becomes(runId: string, ...statuses: readonly string[]): Promise<RunAnswer> {
    return eventually(this.scheme, 'job', `run ${runId} is ${statuses.join(' or ')}`, () =>
      this.#find<RunAnswer>(`${RUNS}/${runId}`, statuses),
    );
  }

  async #find<View extends { status: string }>(
    path: string,
    statuses: readonly string[],
  ): Promise<View | undefined> {
    const view = await this.scheme.auditor.get<View>(path);
    return view && statuses.includes(view.status) ? view : undefined;
  }

  /** For some seconds after a file was issued its payments are being ordered. */
  #fetch(runId: string, part: number): Promise<Buffer> {
    const path = `${RUNS}/${runId}/payment-file?part=${part}`;
    return eventually(this.scheme, 'job', `file ${part} of run ${runId}`, () =>
      this.scheme.approver.fetchFile(path, ['payments_not_ordered']),
    );
  }
}

type Failed = Readonly<{ claimId: string; endToEndId: string; status: string }>;
