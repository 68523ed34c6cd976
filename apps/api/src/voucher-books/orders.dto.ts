import { ChoiceField, DayField, IntegerField, ListQuery, UuidField } from '@app/platform';
import { BOOK_NUMBER_MAX, BOOKS_PER_ORDER_MAX, VOUCHERS_PER_BOOK_MAX } from '@app/voucher-books';
import type { OrderStatus } from '@app/voucher-books/contract';

const STATUSES = [
  'ordered',
  'funded',
  'issued',
  'active',
  'closing',
  'closed',
  'cancelled',
] as const satisfies readonly OrderStatus[];

export class OrderBody {
  @UuidField() readonly agreementId!: string;
  @IntegerField({ min: 1, max: BOOKS_PER_ORDER_MAX }) readonly books!: number;
  @IntegerField({ min: 1, max: VOUCHERS_PER_BOOK_MAX, description: "One of the agreement's sizes" })
  readonly vouchersPerBook!: number;
  @DayField({ description: 'Printed on every voucher; the last day of use is later by graceDays' })
  readonly validUntilOn!: string;
  @IntegerField({ min: 0, max: 365, optional: true, description: 'Default 30' })
  readonly graceDays?: number;
  @IntegerField({
    min: 0,
    max: 365,
    optional: true,
    description: 'Days after the last day of use in which places can hand in; default 6',
  })
  readonly remittanceDays?: number;
}

export class OrdersQuery extends ListQuery {
  @UuidField({ optional: true }) readonly agreementId?: string;
  @UuidField({ optional: true }) readonly funderId?: string;
  @ChoiceField(STATUSES, { optional: true }) readonly status?: OrderStatus;
}

export class DeliveryBody {
  @DayField() readonly deliveredOn!: string;
}

/** So many books, or exactly these. */
export class AllocationBody {
  @UuidField() readonly prescriberId!: string;
  @IntegerField({ min: 1, max: BOOKS_PER_ORDER_MAX, optional: true, description: 'Or a range' })
  readonly books?: number;
  @IntegerField({ min: 1, max: BOOK_NUMBER_MAX, optional: true }) readonly firstBook?: number;
  @IntegerField({ min: 1, max: BOOK_NUMBER_MAX, optional: true }) readonly lastBook?: number;
}

class RangeBody {
  @IntegerField({ min: 1, max: BOOK_NUMBER_MAX }) readonly firstBook!: number;
  @IntegerField({ min: 1, max: BOOK_NUMBER_MAX, description: 'It belongs to the range' })
  readonly lastBook!: number;
}

export class ReturnBody extends RangeBody {
  @UuidField() readonly prescriberId!: string;
}

export class TransferBody extends RangeBody {
  @UuidField() readonly fromPrescriberId!: string;
  @UuidField() readonly toPrescriberId!: string;
}

export class PrescribersQuery extends ListQuery {}
