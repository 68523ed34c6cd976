import { AggregateStore } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { BankEntry, RunLine } from '../../contract';
import { ownEndToEndId } from '../../domain/bank/end-to-end-ids';
import type { BatchLine, Known } from '../../domain/bank/matching';
import { payment } from '../../domain/payment/payment';
import type { Claim } from '../../domain/payment/payment.state';
import { run } from '../../domain/run/run';
import { linesOf } from '../../domain/run/run.state';
import { AccountViews, type IssuedFile } from '../../ports/account-views';

/** What entries and answers of the bank say by ids of ours, read from our own streams. */
@Injectable()
export class AccountLookups {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly views: AccountViews,
  ) {}

  /** The claim one of whose attempts has that end-to-end id. */
  async findClaim(endToEndId: string): Promise<Claim | undefined> {
    const claimId = claimIdOf(endToEndId);
    if (claimId === undefined) return undefined;
    const { state } = await this.aggregates.load(payment, claimId);
    if (state.status === 'none') return undefined;
    return state.attempts.some((each) => each.endToEndId === endToEndId) ? state : undefined;
  }

  /** Lines of our file or payment information of that id; undefined where it is not ours. */
  async findLines(id: string): Promise<readonly RunLine[] | undefined> {
    const file = this.views.findFile(id);
    return file && this.#linesOf(file);
  }

  /** What an entry says, for `matchEntry`. @throws PaymentNotOrdered. */
  async knownOf({ transactions, paymentInformationId, messageId }: BankEntry): Promise<Known> {
    const ours = new Set<string>();
    for (const { endToEndId } of transactions) {
      if (endToEndId === undefined) continue;
      if (await this.findClaim(endToEndId)) ours.add(endToEndId);
      else await this.#assertNotIssued(endToEndId);
    }
    const batches = new Map<string, readonly BatchLine[]>();
    for (const id of [paymentInformationId, messageId]) {
      const lines = id === undefined ? undefined : await this.findLines(id);
      if (id !== undefined && lines) batches.set(id, await Promise.all(lines.map(this.#batchLine)));
    }
    return { isOurs: (id) => ours.has(id), batchOf: (id) => batches.get(id) };
  }

  readonly #batchLine = async ({ endToEndId, amountCents }: RunLine): Promise<BatchLine> => {
    const claim = (await this.findClaim(endToEndId)) ?? refuseYet(endToEndId);
    const attempt = claim.attempts.find((each) => each.endToEndId === endToEndId);
    return { endToEndId, amountCents, rejected: attempt?.status === 'rejected' };
  };

  /** The file is issued before its first attempts are ordered: within seconds they are. */
  async #assertNotIssued(endToEndId: string): Promise<void> {
    if (claimIdOf(endToEndId) === undefined) return;
    for (const file of this.views.listFilesAround(endToEndId)) {
      const lines = await this.#linesOf(file);
      if (lines.some((line) => line.endToEndId === endToEndId)) refuseYet(endToEndId);
    }
  }

  async #linesOf({ runId, firstEndToEndId, lastEndToEndId }: IssuedFile) {
    const { state } = await this.aggregates.load(run, runId);
    if (state.status === 'none') return [];
    return linesOf(state)
      .filter(({ endToEndId }) => endToEndId >= firstEndToEndId && endToEndId <= lastEndToEndId)
      .sort((a, b) => (a.endToEndId < b.endToEndId ? -1 : 1));
  }
}

/** A payment of an issued file that its run has still to order: whoever asked asks again. */
export class PaymentNotOrdered extends Error {
  constructor(endToEndId: string) {
    super(`${endToEndId} is in an issued file and not ordered yet`);
    this.name = 'PaymentNotOrdered';
  }
}

function refuseYet(endToEndId: string): never {
  throw new PaymentNotOrdered(endToEndId);
}

function claimIdOf(endToEndId: string): string | undefined {
  if (ownEndToEndId(endToEndId) === undefined) return undefined;
  const parts = [0, 8, 12, 16, 20].map((start, index) =>
    endToEndId.slice(start, [8, 12, 16, 20, 32][index]),
  );
  return parts.join('-');
}
