import { CurrentActor, Documented, Page, Reads, type Actor, type PageOf } from '@app/platform';
import {
  CoverageQueries,
  ledger,
  ringFencedAccount,
  solvencyAlarms,
  SolvencyQueries,
  type Compared,
  type SolvencyAlarmView,
} from '@app/read-models';
import { Controller, Get, Query } from '@nestjs/common';
import { ownFunderOf } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { inAllOf } from './treasury-answers';
import { TREASURY } from './treasury.documents';
import { SolvencyDaysQuery } from './treasury.dto';

/** Whether the ring-fenced account holds what events say it should, for anyone whose money it is. */
@Controller('v1/solvency')
export class SolvencyController {
  constructor(
    private readonly solvency: SolvencyQueries,
    private readonly coverage: CoverageQueries,
  ) {}

  @Get()
  @Documented(TREASURY.getSolvency)
  @Reads(ledger, ringFencedAccount)
  get(@Query() query: AsOfQuery, @CurrentActor() actor: Actor) {
    const asOf = asOfDate(query);
    const account = this.solvency.getAccount(asOf);
    return {
      inAll: inAllOf(account),
      funders: this.coverage.listFunders(asOf, ownFunderOf(actor)),
    };
  }

  @Get('days')
  @Documented(TREASURY.listSolvencyDays)
  @Reads(ringFencedAccount)
  days(@Query() _: SolvencyDaysQuery, @Page() page: PageOf) {
    return page.answer<Compared>({
      find: ([after] = [''], limit) =>
        this.solvency
          .listDays()
          .filter(({ on }) => on > String(after))
          .slice(0, limit),
      keyOf: ({ on }) => [on],
      columns: [
        ...(['on', 'bankBalanceCents', 'cashByEventsCents', 'typedDepositsCents'] as const),
        ...(['unresolvedEntriesCents', 'operatorPositionCents', 'bookedOutsideCents'] as const),
        'differenceCents',
      ],
    });
  }

  @Get('alarms')
  @Documented(TREASURY.listSolvencyAlarms)
  @Reads(solvencyAlarms)
  alarms(@Query() _: SolvencyDaysQuery, @Page() page: PageOf) {
    return page.answer<SolvencyAlarmView>({
      find: ([before] = [''], limit) => this.solvency.listAlarms({ before: String(before), limit }),
      keyOf: ({ on }) => [on],
      columns: ['on', 'differenceCents', 'bankBalanceCents', 'differedAt', 'comparedAt', 'told'],
    });
  }
}
