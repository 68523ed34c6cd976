import { invoicePdf, invoiceReferenceOf } from '@app/accounting';
import {
  CurrentActor,
  Documented,
  notFound,
  Page,
  Reads,
  UuidParam,
  type Actor,
  type PageOf,
} from '@app/platform';
import { accounting, InvoiceQueries, type InvoiceRow } from '@app/read-models';
import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ownFunderOf } from '../access/own';
import { ACCOUNTING } from './accounting.documents';
import { InvoicesQuery } from './accounting.dto';

/** The operator's invoices of its fees; a funder is told of its own. */
@Controller('v1/invoices')
export class InvoicesController {
  constructor(private readonly invoices: InvoiceQueries) {}

  @Get()
  @Documented(ACCOUNTING.listInvoices)
  @Reads(accounting)
  list(@Query() _: InvoicesQuery, @Page() page: PageOf, @CurrentActor() actor: Actor) {
    const funderId = ownFunderOf(actor);
    return page.answer({
      find: ([after] = [0], limit) =>
        this.invoices.list({ after: Number(after), limit, funderId }).map(answerOf),
      keyOf: ({ number }) => [number],
      columns: [
        ...(['number', 'reference', 'issuedOn', 'activatedOn', 'orderId', 'agreementId'] as const),
        ...(['funderId', 'buyerName', 'faceCents', 'feeCents', 'vatCents'] as const),
        ...(['totalCents', 'vatBasisPoints', 'invoiceId'] as const),
      ],
    });
  }

  @Get(':invoiceId')
  @Documented(ACCOUNTING.getInvoice)
  @Reads(accounting)
  get(@Param('invoiceId', UuidParam) invoiceId: string, @CurrentActor() actor: Actor) {
    return answerOf(this.#own(invoiceId, actor));
  }

  /** The document; the same bytes for ever. */
  @Get(':invoiceId/file')
  @Documented(ACCOUNTING.downloadInvoice)
  @Reads(accounting)
  async download(
    @Param('invoiceId', UuidParam) invoiceId: string,
    @CurrentActor() actor: Actor,
  ): Promise<StreamableFile> {
    const invoice = this.#own(invoiceId, actor);
    const bytes = await invoicePdf(invoice);
    return new StreamableFile(bytes, {
      type: 'application/pdf',
      disposition: `attachment; filename="${invoiceReferenceOf(invoice.number)}.pdf"`,
      length: bytes.length,
    });
  }

  #own(invoiceId: string, actor: Actor): InvoiceRow {
    const found = this.invoices.find(invoiceId);
    const funderId = ownFunderOf(actor);
    if (found === undefined) throw notFound();
    if (funderId !== undefined && found.funderId !== funderId) throw notFound();
    return found;
  }
}

const answerOf = ({ buyer, seller: _, ...invoice }: InvoiceRow) => ({
  ...invoice,
  reference: invoiceReferenceOf(invoice.number),
  buyerName: buyer.name,
  totalCents: invoice.feeCents + invoice.vatCents,
});
