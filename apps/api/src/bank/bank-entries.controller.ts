import {
  AggregateStore,
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
import { ViewsAtHead } from '@app/processes';
import { bank, BankQueries, ledger } from '@app/read-models';
import {
  AcknowledgeAnswer,
  ApproveResolution,
  bankEntry,
  ProposeResolution,
} from '@app/reimbursement';
import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { BankAnswers, type EntryAnswer } from './bank-answers';
import { BANK } from './bank.documents';
import { AcknowledgementBody, EntriesQuery, ItemParam, ResolutionBody } from './bank.dto';

/** Lines of the ring-fenced account, and what people say they are. */
@Controller('v1')
export class BankEntriesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly views: BankQueries,
    private readonly answers: BankAnswers,
    private readonly aggregates: AggregateStore,
    private readonly atHead: ViewsAtHead,
  ) {}

  @Get('bank-entries')
  @Documented(BANK.listBankEntries)
  @Reads(bank)
  list(@Query() { status }: EntriesQuery, @Page() page: PageOf) {
    return page.answer<EntryAnswer>({
      find: ([after] = [''], limit) =>
        this.answers.entriesOf(this.views.listEntries({ status, after: String(after), limit })),
      keyOf: ({ entryRef }) => [entryRef],
      columns: [
        ...(['entryRef', 'reportId', 'statementId', 'status', 'direction', 'reversal'] as const),
        ...(['amountCents', 'openCents', 'bookedOn', 'valueOn', 'reference'] as const),
        ...(['endToEndId', 'counterpartyName', 'counterpartyIbanMasked'] as const),
        ...(['remittance', 'transactions', 'reason'] as const),
      ],
    });
  }

  /** Who holds both roles approves what another proposed, and proposes otherwise. */
  @Post('bank-reports/:reportId/entries/:entryRef/resolution')
  @Documented(BANK.resolveBankEntry)
  @Reads(bank, ledger)
  @HttpCode(200)
  async resolve(
    @Param('reportId', UuidParam) reportId: string,
    @Param('entryRef', UuidParam) entryRef: string,
    @Body() { as, targetId, amountCents }: ResolutionBody,
    @CurrentActor() actor: Actor,
    @Asked() asked: RequestContext,
  ) {
    const isNamed = () => this.views.names(reportId, entryRef) || undefined;
    if (!(await this.atHead.find(isNamed, bank))) throw notFound();
    const input = {
      entryId: entryRef,
      resolution: { as, ...(targetId !== undefined && { targetId }) },
      ...(amountCents !== undefined && { amountCents }),
    };
    const approves = await this.#approves(actor, entryRef);
    const role = approves ? 'finance-approver' : 'finance-preparer';
    const context = { ...asked, actor: { ...asked.actor, role } };
    const { position, events } = await this.commands.execute(
      approves ? new ApproveResolution(input, context) : new ProposeResolution(input, context),
    );
    const resolved = events.some(({ type }) => type === 'BankEntryResolved');
    return new Changed(position, { entryRef, status: resolved ? 'resolved' : 'proposed' });
  }

  @Post('bank-reports/:reportId/items/:item/acknowledgement')
  @Documented(BANK.acknowledgeBankAnswer)
  @HttpCode(200)
  async acknowledge(
    @Param('reportId', UuidParam) reportId: string,
    @Param('item', ItemParam) item: number,
    @Body() { reason }: AcknowledgementBody,
    @Asked() asked: RequestContext,
  ) {
    const wish = new AcknowledgeAnswer({ reportId, item, reason }, asked);
    const { position } = await this.commands.execute(wish);
    return new Changed(position, { reportId, item, acknowledged: true });
  }

  async #approves({ id, roles }: Actor, entryId: string): Promise<boolean> {
    if (!roles.includes('finance-approver')) return false;
    if (!roles.includes('finance-preparer')) return true;
    const { state } = await this.aggregates.load(bankEntry, entryId);
    const proposal = state.status === 'none' ? undefined : state.proposal;
    return proposal !== undefined && proposal.proposedBy !== id;
  }
}
