import { CentsField, ChoiceField, DayField, ListQuery, TextField, UuidField } from '@app/platform';

const SWEEP_STATUSES = ['proposed', 'ordered', 'booked', 'cancelled', 'returned'] as const;

export class FeeSweepBody {
  @UuidField() readonly agreementId!: string;
  @CentsField({ example: 14_000 }) readonly amountCents!: number;
}

export class FeeSweepsQuery extends ListQuery {
  @ChoiceField(SWEEP_STATUSES, { optional: true })
  readonly status?: (typeof SWEEP_STATUSES)[number];
}

export class CancellationBody {
  @TextField({ max: 500, example: 'Not carried out at the bank' }) readonly reason!: string;
}

export class WriteOffBody {
  @CentsField({ example: 2_000 }) readonly amountCents!: number;
  @TextField({ max: 500, example: 'In liquidation' }) readonly reason!: string;
}

export class LeavingBody {
  @DayField({ optional: true, description: 'Its last day in the scheme; today if left out' })
  readonly leftOn?: string;
}

export class DebtorsQuery extends ListQuery {}

export class SolvencyDaysQuery extends ListQuery {}
