import { AttachPlace, CorrectPlace, ListPlace } from '@app/places';
import {
  Asked,
  Changed,
  Clock,
  CurrentActor,
  Documented,
  notFound,
  Problem,
  Reads,
  UuidParam,
  type Actor,
  type RequestContext,
} from '@app/platform';
import { ledger, PlaceQueries, places, runs } from '@app/read-models';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { PayeeBalances } from './payee-balances';
import { PLACES } from './places.documents';
import { AttachmentBody, PlaceBody, PlaceCorrectionBody } from './places.dto';

@Controller('v1/places')
export class PlacesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: PlaceQueries,
    private readonly balances: PayeeBalances,
    private readonly own: Own,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Documented(PLACES.listPlace)
  async list(
    @Body() body: PlaceBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    refuseHalfPoint(body);
    await this.own.organisation(actor, body.organisationId);
    const { position } = await this.commands.execute(new ListPlace(body, asked));
    return new Changed(position, { placeId: asked.commandId, status: 'listed' });
  }

  /** Any login: it is what the public search shows, one place at a time. */
  @Get(':placeId')
  @Documented(PLACES.getPlace)
  @Reads(places)
  get(@Param('placeId', UuidParam) placeId: string) {
    const found = this.views.find(placeId, this.clock.today());
    if (found === undefined) throw notFound();
    return found;
  }

  @Get(':placeId/balance')
  @Documented(PLACES.getPlaceBalance)
  @Reads(ledger, runs)
  async balance(
    @Param('placeId', UuidParam) placeId: string,
    @Query() query: AsOfQuery,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.place(actor, placeId);
    return this.balances.getPlace(placeId, asOfDate(query));
  }

  @Post(':placeId/correction')
  @Documented(PLACES.correctPlace)
  @HttpCode(200)
  async correct(
    @Param('placeId', UuidParam) placeId: string,
    @Body() body: PlaceCorrectionBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    refuseHalfPoint(body);
    await this.own.place(actor, placeId);
    const wish = new CorrectPlace({ placeId, ...body }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { placeId });
  }

  /** A place of the directory gets its organisation, once. */
  @Post(':placeId/attachment')
  @Documented(PLACES.attachPlace)
  @HttpCode(200)
  async attach(
    @Param('placeId', UuidParam) placeId: string,
    @Body() { organisationId }: AttachmentBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new AttachPlace({ placeId, organisationId }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { placeId, organisationId });
  }
}

function refuseHalfPoint({ latitude, longitude }: PlaceCorrectionBody): void {
  if ((latitude === undefined) === (longitude === undefined)) return;
  const detail = 'A point is a latitude and a longitude.';
  throw new Problem({ status: 400, code: 'coordinates_incomplete', detail });
}
