import {
  Asked,
  Changed,
  CurrentActor,
  Documented,
  Problem,
  Reads,
  UuidParam,
  type Actor,
  type Handled,
  type RequestContext,
} from '@app/platform';
import { ledger } from '@app/read-models';
import { AllocateBooks, ReturnBooks, TransferBooks } from '@app/voucher-books';
import type { BookRange } from '@app/voucher-books/contract';
import { Body, Controller, Param, Post } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { Own } from '../access/own';
import { ORDERS } from './orders.documents';
import { AllocationBody, ReturnBody, TransferBody } from './orders.dto';

/** Who holds which books of an order. */
@Controller('v1/orders/:orderId')
export class StockController {
  constructor(
    private readonly commands: CommandBus,
    private readonly own: Own,
  ) {}

  @Post('allocations')
  @Documented(ORDERS.allocateBooks)
  async allocate(
    @Param('orderId', UuidParam) orderId: string,
    @Body() body: AllocationBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const wanted = booksOrRange(body);
    await this.own.order(actor, orderId);
    const wish = new AllocateBooks({ orderId, prescriberId: body.prescriberId, ...wanted }, asked);
    return movedBooks(await this.commands.execute(wish));
  }

  /** What was not handed out goes back to the order. */
  @Post('returns')
  @Documented(ORDERS.returnBooks)
  @Reads(ledger)
  async giveBack(
    @Param('orderId', UuidParam) orderId: string,
    @Body() { prescriberId, firstBook, lastBook }: ReturnBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.prescriber(actor, prescriberId);
    await this.own.order(actor, orderId);
    const wish = new ReturnBooks({ orderId, prescriberId, firstBook, lastBook }, asked);
    return movedBooks(await this.commands.execute(wish));
  }

  @Post('transfers')
  @Documented(ORDERS.transferBooks)
  @Reads(ledger)
  async transfer(
    @Param('orderId', UuidParam) orderId: string,
    @Body() { fromPrescriberId, toPrescriberId, firstBook, lastBook }: TransferBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    await this.own.order(actor, orderId);
    const wish = { orderId, fromPrescriberId, toPrescriberId, firstBook, lastBook };
    return movedBooks(await this.commands.execute(new TransferBooks(wish, asked)));
  }
}

function booksOrRange({
  books,
  firstBook,
  lastBook,
}: AllocationBody): Readonly<{ books: number }> | BookRange {
  const isRange = firstBook !== undefined && lastBook !== undefined;
  if (isRange && books === undefined) return { firstBook, lastBook };
  if (books !== undefined && firstBook === undefined && lastBook === undefined) return { books };
  const detail = 'Send either books, or firstBook and lastBook.';
  throw new Problem({ status: 400, code: 'books_or_range', detail });
}

function movedBooks({ position, events }: Handled): Changed<BookRange> {
  const { firstBook, lastBook } = events[0]?.data as BookRange;
  return new Changed(position, { firstBook, lastBook });
}
