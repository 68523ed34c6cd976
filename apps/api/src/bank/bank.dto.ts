import { CentsField, ChoiceField, ListQuery, Problem, TextField, UuidField } from '@app/platform';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { AsOfQuery } from '../common/fields';

const RESOLUTIONS = [
  'deposit',
  'depositRecall',
  'payment',
  'paymentReturn',
  'refund',
  'feeSweep',
  'debtRepayment',
  'operatorTopUp',
  'bankCharge',
  'interest',
  'duplicate',
] as const;

export class ResolutionBody {
  @ChoiceField(RESOLUTIONS) readonly as!: (typeof RESOLUTIONS)[number];

  @UuidField({
    optional: true,
    description:
      'What it belongs to: a deposit (or the agreement of one nobody announced), a payment, a ' +
      'refund, a fee sweep, an organisation (or the agreement of a top-up), or the entry it repeats',
  })
  readonly targetId?: string;

  @CentsField({ optional: true, description: 'A part of the entry; default: all that is open' })
  readonly amountCents?: number;
}

export class AcknowledgementBody {
  @TextField({ max: 500, example: 'Of a file of the operator’s own account' })
  readonly reason!: string;
}

export class ReportsQuery extends ListQuery {
  @ChoiceField(['received', 'refused', 'read', 'completed'], { optional: true })
  readonly status?: string;
}

export class ItemsQuery extends ListQuery {
  @ChoiceField(['matched', 'waiting', 'duplicate', 'not_booked', 'noted'], { optional: true })
  readonly verdict?: string;
}

export class EntriesQuery extends ListQuery {
  @ChoiceField(['announced', 'waiting', 'matched', 'settled'], { optional: true })
  readonly status?: string;
}

export class ReconciliationQuery extends AsOfQuery {}

/** For `@Param('item', ItemParam)`: items are counted from 0. */
@Injectable()
export class ItemParam implements PipeTransform {
  transform(value: unknown): number {
    if (typeof value === 'string' && /^(0|[1-9]\d{0,6})$/.test(value)) return Number(value);
    const detail = 'The number in the address is not one of an item.';
    throw new Problem({ status: 400, code: 'id_invalid', detail });
  }
}
