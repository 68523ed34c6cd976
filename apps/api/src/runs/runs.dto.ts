import {
  ChoiceField,
  field,
  ListQuery,
  ObjectField,
  refusals,
  TextField,
  UuidField,
} from '@app/platform';

const EVIDENCE_MAX = 500;

/** A small whole number in an address, from 1. */
const ordinal = (description: string): PropertyDecorator =>
  field(
    { optional: true, description },
    { type: 'integer', minimum: 1, maximum: 9_999, ...refusals('number_range') },
    (value) =>
      typeof value === 'string' && /^[1-9]\d{0,3}$/.test(value) ? undefined : 'number_range',
  );

export class RunsQuery extends ListQuery {}

export class ContentsQuery extends ListQuery {
  @ordinal('Of the run; default the latest') readonly version?: string;
}

export class ApprovalBody {
  @field(
    { description: 'Of the lines that were looked at, hex' },
    {
      ...{ type: 'string', pattern: '^[0-9a-f]{64}$', example: 'b1946ac9'.repeat(8) },
      ...refusals('text_type', 'sha256_invalid'),
    },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return /^[0-9a-f]{64}$/.test(value) ? undefined : 'sha256_invalid';
    },
  )
  readonly linesSha256!: string;
}

export class RejectionBody {
  @TextField({ max: EVIDENCE_MAX, example: 'One place is there twice' }) readonly reason!: string;
}

export class FileQuery {
  @ordinal('Which of several files; default 1') readonly part?: string;
}

export class SubmissionBody {
  @ChoiceField(['started', 'submitted', 'unclear'])
  readonly outcome!: 'started' | 'submitted' | 'unclear';

  @TextField({
    ...{ max: EVIDENCE_MAX, optional: true, example: 'The bank’s answer of 10:12' },
    description: 'What the bank said; needed to go on from an unclear submission',
  })
  readonly evidence?: string;
}

const STATUSES = ['ordered', 'settled', 'rejected', 'returned', 'released'] as const;

export class PaymentsQuery extends ListQuery {
  @UuidField({ optional: true }) readonly organisationId?: string;
  @UuidField({ optional: true, description: 'Of its last attempt' }) readonly runId?: string;
  @ChoiceField(STATUSES, { optional: true }) readonly status?: (typeof STATUSES)[number];

  @ChoiceField(['true', 'false'], {
    optional: true,
    description: 'With a booked debit that nothing explains',
  })
  readonly disputed?: 'true' | 'false';
}

class EvidenceBody {
  @TextField({ max: 35, description: 'Of the attempt that failed' }) readonly endToEndId!: string;
  @TextField({ max: EVIDENCE_MAX, example: 'New account verified on 2026-04-20' })
  readonly reference!: string;
}

export class RepresentmentBody {
  @ObjectField(() => EvidenceBody) readonly evidence!: EvidenceBody;
}

export class FraudHoldsQuery extends ListQuery {}

export class FraudHoldBody {
  @TextField({ max: 500, example: 'Sessions on a public holiday' }) readonly reason!: string;
}
