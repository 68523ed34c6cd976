import type { Params, ReadStore } from '@app/platform';
import { organisations } from '../places/organisations.projection';
import { runs } from './runs.projection';
import type { PaymentRow, PaymentStatus, PaymentStepRow } from './runs.tables';

const { payments, paymentSteps, payeeSteps } = runs.table;

export type PaymentView = Omit<PaymentRow, 'before'>;

/** One thing that happened to a claim; what does not apply to it is null. */
export type PaymentStepView = Omit<
  PaymentStepRow,
  'claimId' | 'organisationId' | 'position' | 'atMs'
>;

export type PaymentFilter = Readonly<{
  organisationId?: string | undefined;
  status?: PaymentStatus | undefined;
  runId?: string | undefined;
  /** With a booked debit that nothing explains, which a person has to look into. */
  disputed?: boolean | undefined;
}>;

/** Nothing is paid to the organisation until it is lifted. */
export type FraudHold = Readonly<{
  organisationId: string;
  organisationName: string | null;
  reason: string;
  placedBy: string;
  placedAt: string;
}>;

/** Claims, and whom nothing is paid. */
export class PaymentQueries {
  constructor(private readonly store: ReadStore) {}

  find(claimId: string): PaymentView | undefined {
    const row = this.store.find(payments, claimId);
    return row && viewOf(row);
  }

  /** In id order. */
  list(asked: PaymentFilter & Readonly<{ after: string; limit: number }>): readonly PaymentView[] {
    const { after, limit, organisationId, status, runId, disputed } = asked;
    const where: [sql: string, params: Params][] = [['claimId > ?', [after]]];
    if (organisationId !== undefined) where.push(['organisationId = ?', [organisationId]]);
    if (status !== undefined) where.push(['status = ?', [status]]);
    if (runId !== undefined) where.push(['runId = ?', [runId]]);
    if (disputed !== undefined) where.push([disputed ? 'disputes > 0' : 'disputes = 0', []]);
    const conditions = where.map(([sql]) => sql).join(' AND ');
    const params = where.flatMap(([, each]) => each);
    const tail = `WHERE ${conditions} ORDER BY claimId LIMIT ?`;
    return this.store.rows(payments, tail, ...params, limit).map(viewOf);
  }

  /** Oldest first. */
  listSteps(claimId: string): readonly PaymentStepView[] {
    return this.store
      .rows(paymentSteps, 'WHERE claimId = ? ORDER BY position', claimId)
      .map(({ claimId: _, organisationId: __, position: ___, atMs: ____, ...step }) => step);
  }

  /** Payments a person has to look into: open claims nobody has granted anew, and disputes. */
  countWaiting(): Readonly<{ open: number; disputed: number }> {
    const counted = this.store.get<{ open: number; disputed: number }>(
      `SELECT COUNT(*) FILTER (WHERE status IN ('rejected', 'returned') AND granted = 0) AS open,
              COUNT(*) FILTER (WHERE disputes > 0) AS disputed
         FROM "${payments.name}"`,
    );
    return counted ?? { open: 0, disputed: 0 };
  }

  /** Those that stand, in organisation order. */
  listFraudHolds({ after, limit }: { after: string; limit: number }): readonly FraudHold[] {
    const placed = `WHERE step = 'fraudHoldPlaced' AND organisationId > ? AND NOT EXISTS (
        SELECT 1 FROM "${payeeSteps.name}" later
         WHERE later.organisationId = "${payeeSteps.name}".organisationId
           AND later.position > "${payeeSteps.name}".position AND later.step IN ('fraudHoldPlaced', 'fraudHoldLifted'))
      ORDER BY organisationId LIMIT ?`;
    return this.store.snapshot(() =>
      this.store
        .rows(payeeSteps, placed, after, limit)
        .map(({ organisationId, reason, by, at }) => ({
          organisationId,
          organisationName: this.store.find(organisations.table, organisationId)?.name ?? null,
          ...{ reason: reason ?? '', placedBy: by, placedAt: at },
        })),
    );
  }
}

const viewOf = ({ before: _, ...view }: PaymentRow): PaymentView => view;
