import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
  type RequestContext,
} from '@app/platform';
import { PaymentQueries, runs, type PaymentView } from '@app/read-models';
import { RepresentPayment } from '@app/reimbursement';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { PAYMENTS } from './runs.documents';
import { PaymentsQuery, RepresentmentBody } from './runs.dto';

/** One claim of one organisation in one run, with its attempts. */
@Controller('v1/payments')
export class PaymentsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: PaymentQueries,
  ) {}

  @Get()
  @Documented(PAYMENTS.listPayments)
  @Reads(runs)
  list(@Query() query: PaymentsQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const { runId, status, disputed } = query;
    const own = actor.reach === 'own' ? actor.partyId : undefined;
    // Another's organisation has no payments, as far as a manager can tell.
    const isForeign = own !== undefined && (query.organisationId ?? own) !== own;
    const filter = {
      ...{ runId, status, organisationId: own ?? query.organisationId },
      disputed: disputed === undefined ? undefined : disputed === 'true',
    };
    return page.answer<PaymentView>({
      find: ([after] = [''], limit) =>
        isForeign ? [] : this.views.list({ ...filter, after: String(after), limit }),
      keyOf: ({ claimId }) => [claimId],
      columns: [
        ...(['claimId', 'organisationId', 'status', 'amountCents', 'attempt'] as const),
        ...(['endToEndId', 'runId', 'version', 'ibanMasked', 'granted', 'reasonCode'] as const),
        ...(['bookedOn', 'disputes'] as const),
      ],
    });
  }

  @Get(':claimId')
  @Documented(PAYMENTS.getPayment)
  @Reads(runs)
  get(@Param('claimId', UuidParam) claimId: string, @CurrentActor() actor: Actor) {
    const found = this.views.find(claimId);
    if (found === undefined || !sees(actor, found)) throw notFound();
    return { ...found, steps: this.views.listSteps(claimId) };
  }

  /** On evidence naming the attempt that failed; the next run pays it again, unmerged. */
  @Post(':claimId/re-presentment')
  @Documented(PAYMENTS.representPayment)
  @HttpCode(200)
  async represent(
    @Param('claimId', UuidParam) claimId: string,
    @Body() { evidence: { endToEndId, reference } }: RepresentmentBody,
    @Asked() asked: RequestContext,
  ) {
    const evidence = { endToEndId, reference };
    const wish = new RepresentPayment({ claimId, evidence }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { claimId, granted: true });
  }
}

const sees = ({ reach, partyId }: Actor, { organisationId }: PaymentView): boolean =>
  reach === 'all' || partyId === organisationId;
