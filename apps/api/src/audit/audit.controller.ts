import { type Day, isDay } from '@app/kernel';
import {
  type Actor,
  CurrentActor,
  Documented,
  ListQuery,
  notFound,
  Page,
  type PageOf,
} from '@app/platform';
import { Controller, Get, Injectable, Param, type PipeTransform, Query } from '@nestjs/common';
import { type AnchoredDay, AuditDays } from './audit-days';
import { AUDIT } from './audit.documents';

export class AuditQuery extends ListQuery {}

/** What is no day has no root either. */
@Injectable()
export class AuditDayParam implements PipeTransform {
  transform(value: unknown): Day {
    if (isDay(value)) return value;
    throw notFound();
  }
}

/** The audit trail, day by day: proofs, changes and refusals. */
@Controller('v1/audit/days')
export class AuditController {
  constructor(private readonly days: AuditDays) {}

  @Get()
  @Documented(AUDIT.listAuditDays)
  list(@Query() _: AuditQuery, @Page() page: PageOf) {
    return page.answer({
      find: async ([before] = [], limit) => {
        const days = await this.days.list(before === undefined ? undefined : String(before), limit);
        return days.map(rowOf);
      },
      keyOf: ({ day }) => [day],
      columns: [
        ...(['day', 'root', 'previousRoot', 'changes', 'refusals', 'key', 'signature'] as const),
        'anchoredAt',
      ],
    });
  }

  @Get(':day')
  @Documented(AUDIT.getAuditDay)
  get(@Param('day', AuditDayParam) day: Day): Promise<AnchoredDay> {
    return this.days.get(day);
  }

  @Get(':day/changes')
  @Documented(AUDIT.listAuditChanges)
  changes(
    @Param('day', AuditDayParam) day: Day,
    @Query() _: AuditQuery,
    @Page() page: PageOf,
    @CurrentActor() actor: Actor,
  ) {
    const actorId = shownOf(actor);
    return page.answer({
      find: ([position] = [], limit) => {
        const after = position === undefined ? undefined : BigInt(position);
        return this.days.listChanges(day, { after, limit, actorId });
      },
      keyOf: ({ position }) => [position],
      columns: [
        ...(['position', 'id', 'streamName', 'revision', 'type', 'recordedAt', 'actor'] as const),
        ...(['commandId', 'correlationId', 'causationId', 'dataSha256'] as const),
      ],
    });
  }

  @Get(':day/refusals')
  @Documented(AUDIT.listAuditRefusals)
  refusals(
    @Param('day', AuditDayParam) day: Day,
    @Query() _: AuditQuery,
    @Page() page: PageOf,
    @CurrentActor() actor: Actor,
  ) {
    const actorId = shownOf(actor);
    return page.answer({
      find: ([number = 0] = [], limit) =>
        this.days.listRefusals(day, { after: Number(number), limit, actorId }),
      keyOf: ({ number }) => [number],
      columns: [
        ...(['number', 'kind', 'at', 'route', 'status', 'code', 'objects', 'actor'] as const),
        ...(['traceId', 'actorId', 'codes', 'from', 'until', 'records'] as const),
      ],
    });
  }
}

/** An operator is shown what they did themselves. */
const shownOf = ({ reach, id }: Actor): string | undefined => (reach === 'all' ? undefined : id);

const rowOf = ({ statement, root, signature, anchoredAt }: AnchoredDay) => {
  const { day, previousRoot, key, log, refusals } = statement;
  const counts = { changes: log.count, refusals: refusals.count };
  return { day, root, previousRoot, ...counts, key, signature, anchoredAt };
};
