import { DomainError } from '@app/kernel';
import { AggregateStore, uuidV5 } from '@app/platform';
import { Injectable } from '@nestjs/common';
import type { ItemVerdict, RunLine } from '../../contract';
import { ownEndToEndId } from '../../domain/bank/end-to-end-ids';
import { NO_REASON } from '../../domain/bank/matching';
import type { PaymentAnswer, ReadReport } from '../../domain/bank/read-report';
import { payment } from '../../domain/payment/payment';
import { AccountLookups, PaymentNotOrdered } from './account-lookups';
import { machineContext } from './machine-context';

type Answers = Extract<ReadReport, { answers: unknown }>;

/** What a pain.002 says of our files. Only a rejection changes anything. */
@Injectable()
export class PaymentAnswers {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly lookups: AccountLookups,
  ) {}

  /** Safe to run again, and twice. @throws PaymentNotOrdered. */
  async judge(
    item: number,
    answer: PaymentAnswer,
    { messageId, originalMessageId }: Answers,
  ): Promise<ItemVerdict> {
    const endToEndId = answer.level === 'transaction' ? answer.id : undefined;
    const about = { item, ...(endToEndId !== undefined && { endToEndId }) };
    if (answer.status !== 'RJCT') return { ...about, verdict: 'noted' };
    const ours = await this.lookups.findLines(originalMessageId);
    if (ours === undefined) return { ...about, verdict: 'waiting', reason: 'message_unknown' };
    const lines = await this.#linesOf(answer, ours);
    if (lines.length === 0) return { ...about, verdict: 'waiting', reason: 'payment_unknown' };
    const source = `${messageId}/${item}`;
    const evidence = { source, statementReference: messageId };
    const reasonCode = answer.reasonCode ?? NO_REASON;
    const told = new Set<string | undefined>();
    for (const line of lines) told.add(await this.#reject(line, { reasonCode, ...evidence }));
    if (told.has('PaymentRejected')) return { ...about, verdict: 'matched' };
    if (!told.has('LateRejectionKept')) return { ...about, verdict: 'duplicate' };
    return { ...about, verdict: 'noted', reason: 'settled_before' };
  }

  async #linesOf(
    { level, id }: PaymentAnswer,
    ours: readonly RunLine[],
  ): Promise<readonly RunLine[]> {
    if (level === 'file') return ours;
    if (level === 'paymentInformation') return (await this.lookups.findLines(id)) ?? [];
    const endToEndId = ownEndToEndId(id);
    return ours.filter((line) => line.endToEndId === endToEndId);
  }

  /** What became of it: the type of its event, undefined where it was rejected before. */
  async #reject(
    { claimId, endToEndId }: RunLine,
    rejection: Readonly<{ reasonCode: string; source: string; statementReference: string }>,
  ): Promise<string | undefined> {
    const context = machineContext(
      uuidV5(claimId, `reject/${endToEndId}/${rejection.source}`),
      claimId,
    );
    const wish = { type: 'RejectPayment', data: { endToEndId, ...rejection } } as const;
    try {
      const { events } = await this.aggregates.handle(payment, claimId, wish, context);
      return events[0]?.type;
    } catch (error) {
      const isEarly = error instanceof DomainError && error.code === 'payment_unknown';
      throw isEarly ? new PaymentNotOrdered(endToEndId) : error;
    }
  }
}
