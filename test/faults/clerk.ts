import { setTimeout as sleep } from 'node:timers/promises';
import type { Bank } from './bank';
import { eventually } from './desk';
import type { Scheme } from './scheme';

const EVERY_MS = 300;

/** Hands in the bank's files, one after the other as a bank numbers them. */
export class Clerk {
  #before: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly scheme: Scheme,
    private readonly bank: Bank,
  ) {}

  async work(isOver: () => boolean): Promise<void> {
    while (!isOver() || this.bank.hasNews) {
      await this.tellNews();
      await sleep(EVERY_MS);
    }
  }

  /** Resolves once all that the bank has booked by now is handed in and handled. */
  async tellNews(): Promise<void> {
    await this.#inTurn(async () => {
      if (this.bank.hasNews) await this.#handIn(this.bank.statement());
    });
  }

  /** A file of the bank is handed in and handled to its end. */
  async report(bytes: Buffer): Promise<void> {
    await this.#inTurn(() => this.#handIn(bytes));
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#before.then(work);
    this.#before = done.catch(() => undefined);
    return done;
  }

  async #handIn(bytes: Buffer): Promise<void> {
    const { preparer, auditor, history } = this.scheme;
    const path = '/v1/bank-reports';
    const { reportId } = await preparer.upload<{ reportId: string }>(path, bytes);
    const status = await eventually(this.scheme, 'job', `report ${reportId}`, async () => {
      const report = await auditor.get<{ status: string }>(`${path}/${reportId}`);
      const isDone = report !== undefined && ['completed', 'refused'].includes(report.status);
      return isDone ? report.status : undefined;
    });
    if (status !== 'completed') history.complain(`the bank's report ${reportId} was refused`);
  }
}
