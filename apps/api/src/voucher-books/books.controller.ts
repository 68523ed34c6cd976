import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  notFound,
  type Actor,
  type RequestContext,
  type ActingRole,
} from '@app/platform';
import {
  BlockBook,
  BookHistories,
  RequestReplacement,
  UnblockBook,
  type HappenedToBook,
} from '@app/voucher-books';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { AsOfQuery, asOfDate } from '../common/fields';
import { BOOKS } from './books.documents';
import { BookNumberParam } from './books.dto';
import { ReasonBody } from '../common/reason.dto';

@Controller('v1/books/:number')
export class BooksController {
  constructor(
    private readonly commands: CommandBus,
    private readonly histories: BookHistories,
    private readonly own: Own,
  ) {}

  /** Its state and history from its own stream; never a code, nor who holds it. */
  @Get()
  @Documented(BOOKS.getBook)
  async get(
    @Param('number', BookNumberParam) book: number,
    @Query() query: AsOfQuery,
    @CurrentActor() actor: Actor,
  ) {
    await this.own.book(actor, book);
    const found = await this.histories.findHistory(book, asOfDate(query));
    if (found === undefined) throw notFound();
    const { history, ...state } = found;
    return { book, ...state, history: history.map((happened) => toldTo(actor.role, happened)) };
  }

  /** Lost or stolen: it is not accepted any more. */
  @Post('block')
  @Documented(BOOKS.blockBook)
  @HttpCode(200)
  async block(
    @Param('number', BookNumberParam) book: number,
    @Body() { reason }: ReasonBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.book(actor, book);
    const { position } = await this.commands.execute(new BlockBook({ book, reason }, asked));
    return new Changed(position, { book, status: 'blocked' });
  }

  @Post('unblock')
  @Documented(BOOKS.unblockBook)
  @HttpCode(200)
  async unblock(
    @Param('number', BookNumberParam) book: number,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.book(actor, book);
    const { position } = await this.commands.execute(new UnblockBook({ book }, asked));
    return new Changed(position, { book, status: 'open' });
  }

  /** The unused vouchers of a blocked book live on under the number answered, the old one never. */
  @Post('replacement')
  @Documented(BOOKS.replaceBook)
  async replace(
    @Param('number', BookNumberParam) book: number,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.book(actor, book);
    const wish = new RequestReplacement({ book }, asked);
    const { position, newBook } = await this.commands.execute(wish);
    return new Changed(position, { book: newBook });
  }
}

function toldTo(role: ActingRole, { at, type, data }: HappenedToBook) {
  const hidden = HIDDEN[role] ?? PSEUDONYM;
  const told = Object.entries(data).filter(([name]) => !hidden.includes(name));
  return { at, type, ...Object.fromEntries(told) };
}

const PSEUDONYM = ['beneficiaryRef'];
const WHERE_USED = [
  ...['placeId', 'organisationId', 'department', 'service'],
  ...['redemptionId', 'priceCents', 'remainderCents'],
];

/** Nobody is told a pseudonym; a prescriber not where, a funder neither where nor by whom. */
const HIDDEN: Partial<Record<ActingRole, readonly string[]>> = {
  prescriber: [...PSEUDONYM, ...WHERE_USED],
  funder: [...PSEUDONYM, ...WHERE_USED, 'public', 'commune', 'byPublic'],
};
