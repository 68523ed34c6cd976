import { addDays, endOfMonth, endOfParisDay, parisDayOf, startOfMonth } from '@app/kernel';
import { Clock, Documented, FindActor, Problem, Reads, type Actor } from '@app/platform';
import {
  FigureQueries,
  funders,
  FundingQueries,
  ledger,
  type FigureGrouping,
} from '@app/read-models';
import { Controller, Get, Query } from '@nestjs/common';
import { FIGURES } from './books.documents';
import { FiguresQuery } from './books.dto';

/**
 * The scheme's figures, in vouchers, each counted in every stage it reached: issued, active,
 * distributed, started (of books with a redemption), redeemed, paid, expired. By month what happened
 * in it, else all up to `asOf`.
 */
@Controller('v1/figures')
export class FiguresController {
  constructor(
    private readonly figures: FigureQueries,
    private readonly funding: FundingQueries,
    private readonly clock: Clock,
  ) {}

  /**
   * Staff asks for any instant. Anyone else, and who does not log in, for the end of a month that is
   * over: the latest, unless `asOf` names its last millisecond; what might tell of few people is null.
   */
  @Get()
  @Documented(FIGURES.getFigures)
  @Reads(ledger, funders)
  async get(@Query() query: FiguresQuery, @FindActor() actor: Actor | undefined) {
    const isStaff = actor?.reach === 'all';
    const now = this.clock.now();
    const asked = query.asOf === undefined ? undefined : new Date(query.asOf);
    const asOf = isStaff ? (asked ?? now) : monthEnd(asked ?? lastMonthEnd(now), now);
    const { groupBy } = query;
    const rows = isStaff
      ? this.figures.getFigures(groupBy, asOf)
      : await this.figures.getPublicFigures(groupBy, parisDayOf(asOf).slice(0, 7));
    const items = rows.map((row) => this.#named(groupBy, row));
    return { asOf: asOf.toISOString(), groupBy, unit: 'vouchers', items };
  }

  #named(groupBy: FigureGrouping, row: Readonly<{ group: string }>) {
    if (groupBy !== 'funder') return row;
    return { ...row, name: this.funding.findFunder(row.group)?.name ?? null };
  }
}

/** The last millisecond of a month in Paris that is over: later it never says anything else. */
function monthEnd(asOf: Date, now: Date): Date {
  const day = parisDayOf(asOf);
  const isLast = day === endOfMonth(day) && asOf.getTime() === lastMsOf(day);
  if (isLast && asOf < now) return asOf;
  const detail = 'Without login figures are told as of the last millisecond of a month in Paris.';
  throw new Problem({ status: 400, code: 'month_end_required', detail });
}

const lastMonthEnd = (now: Date): Date => {
  const firstOfMonth = startOfMonth(parisDayOf(now));
  return new Date(lastMsOf(addDays(firstOfMonth, -1)));
};

const lastMsOf = (day: string): number => Date.parse(endOfParisDay(day)) - 1;
