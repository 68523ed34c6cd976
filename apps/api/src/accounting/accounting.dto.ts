import { diffDays } from '@app/kernel';
import { DayField, field, InstantField, ListQuery, Problem, refusals } from '@app/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { ACCOUNTING_REASONS } from './accounting.refusals';

const isMonth = (value: unknown): value is string =>
  typeof value === 'string' && /^(19[5-9]\d|20\d\d|21\d\d)-(0[1-9]|1[0-2])$/.test(value);

export class JournalQuery extends ListQuery {
  @DayField({ description: 'The first accounting date' }) readonly from!: string;
  @DayField({ description: 'The last accounting date' }) readonly to!: string;
}

export class PeriodsQuery extends ListQuery {}
export class InvoicesQuery extends ListQuery {}

export class PeriodQuery {
  @DayField({ description: 'The first accounting date' }) readonly from!: string;
  @DayField({ description: 'The last accounting date' }) readonly to!: string;
}

/** Sums as of an instant, or of a period with what was before it; without either, as of now. */
export class TrialBalanceQuery {
  @InstantField({ optional: true, description: 'RFC 3339; the books as they were then' })
  readonly asOf?: string;

  @DayField({ optional: true, description: 'The first accounting date' }) readonly from?: string;
  @DayField({ optional: true, description: 'The last accounting date' }) readonly to?: string;
}

export class YearQuery {
  @field(
    { description: 'Calendar year' },
    { type: 'integer', minimum: 1950, maximum: 2199, ...refusals('year_invalid') },
    (value) =>
      typeof value === 'string' && /^(19[5-9]\d|20\d\d|21\d\d)$/.test(value)
        ? undefined
        : 'year_invalid',
  )
  readonly year!: string;
}

export class ProposedPeriodBody {
  @field(
    {},
    {
      type: 'string',
      pattern: '^\\d{4}-\\d{2}$',
      example: '2026-03',
      ...refusals('month_invalid'),
    },
    (value) => (isMonth(value) ? undefined : 'month_invalid'),
  )
  readonly month!: string;
}

export class ClosedPeriodBody {
  @field(
    { description: 'Of the postings that were looked at, hex' },
    {
      ...{ type: 'string', pattern: '^[0-9a-f]{64}$', example: 'b1946ac9'.repeat(8) },
      ...refusals('text_type', 'sha256_invalid'),
    },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return /^[0-9a-f]{64}$/.test(value) ? undefined : 'sha256_invalid';
    },
  )
  readonly sha256!: string;
}

/** For `@Param('month', MonthParam)`. */
@Injectable()
export class MonthParam implements PipeTransform {
  transform(value: unknown): string {
    if (isMonth(value)) return value;
    const detail = 'The month in the address is not written YYYY-MM.';
    throw new Problem({ status: 400, code: 'id_invalid', detail });
  }
}

export function refuseBackwards({ from, to }: PeriodQuery): void {
  if (from > to) throw periodInvalid();
}

export function refuseLong({ from, to }: PeriodQuery): void {
  refuseBackwards({ from, to });
  if (diffDays({ from, to }) < 366) return;
  const detail = ACCOUNTING_REASONS.period_too_long;
  throw new Problem({ status: 400, code: 'period_too_long', detail });
}

export const periodInvalid = (): Problem => {
  const detail = ACCOUNTING_REASONS.period_invalid;
  return new Problem({ status: 400, code: 'period_invalid', detail });
};
