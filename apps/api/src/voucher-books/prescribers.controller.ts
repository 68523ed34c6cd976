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
import {
  OrderQueries,
  placedOrders,
  prescribers,
  prescriberStock,
  StockQueries,
  type PrescriberView,
} from '@app/read-models';
import { RegisterPrescriber } from '@app/voucher-books';
import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { PrescriberBody } from './books.dto';
import { PRESCRIBERS } from './orders.documents';
import { PrescribersQuery } from './orders.dto';

/** Who hands out books. Prescribers are the scheme's: every funder may give them books of its own. */
@Controller('v1/prescribers')
export class PrescribersController {
  constructor(
    private readonly commands: CommandBus,
    private readonly stock: StockQueries,
    private readonly orders: OrderQueries,
    private readonly own: Own,
  ) {}

  @Post()
  @Documented(PRESCRIBERS.registerPrescriber)
  async register(@Body() { name, siret, commune }: PrescriberBody, @Asked() asked: RequestContext) {
    const prescriber = { name, commune, ...(siret !== undefined && { siret }) };
    const { position } = await this.commands.execute(new RegisterPrescriber(prescriber, asked));
    return new Changed(position, { prescriberId: asked.commandId });
  }

  @Get()
  @Documented(PRESCRIBERS.listPrescribers)
  @Reads(prescribers)
  list(@Query() _: PrescribersQuery, @Page() page: PageOf) {
    return page.answer<PrescriberView>({
      find: ([after] = [''], limit) => this.stock.listPrescribers({ after: String(after), limit }),
      keyOf: ({ prescriberId }) => [prescriberId],
      columns: ['prescriberId', 'name', 'siret', 'commune'],
    });
  }

  @Get(':prescriberId')
  @Documented(PRESCRIBERS.getPrescriber)
  @Reads(prescribers)
  async get(@Param('prescriberId', UuidParam) prescriberId: string, @CurrentActor() actor: Actor) {
    await this.own.prescriber(actor, prescriberId);
    const found = this.stock.findPrescriber(prescriberId);
    if (found === undefined) throw notFound();
    return found;
  }

  /** Books by order; a funder is told of those it ordered. */
  @Get(':prescriberId/stock')
  @Documented(PRESCRIBERS.getPrescriberStock)
  @Reads(prescriberStock, placedOrders)
  async stockOf(
    @Param('prescriberId', UuidParam) prescriberId: string,
    @Query() query: AsOfQuery,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.prescriber(actor, prescriberId);
    const own = actor.role === 'funder' ? actor.partyId : undefined;
    const orders = this.stock
      .getStock(prescriberId, asOfDate(query))
      .filter(
        ({ orderId }) => own === undefined || this.orders.findOrder(orderId)?.funderId === own,
      );
    return { prescriberId, orders };
  }
}
