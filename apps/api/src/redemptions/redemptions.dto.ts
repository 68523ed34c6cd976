import {
  CentsField,
  CodeField,
  DayField,
  ReadInOnePass,
  TextField,
  UuidField,
} from '@app/platform';

/** A book has at most 31 vouchers. */
const CODES_MAX = 31;

@ReadInOnePass()
export class RedemptionBody {
  @UuidField() readonly placeId!: string;
  @CodeField({ listMax: CODES_MAX, description: 'Vouchers of one book' })
  readonly codes!: string[];
  @TextField({ max: 80, example: 'online-forms' }) readonly service!: string;
  @CentsField({ description: 'Price of the session', example: 2_500 }) readonly priceCents!: number;
  @DayField({ optional: true, description: 'Day of the session; default today' })
  readonly performedOn?: string;
}

export class RedemptionCancellationBody {
  @TextField({ max: 500 }) readonly reason!: string;
}

@ReadInOnePass()
export class CheckBody {
  @CodeField() readonly code!: string;
  @UuidField({ optional: true, description: 'Where it would be spent' }) readonly placeId?: string;
}

export class HolderBalanceBody {
  @CodeField({ description: 'Of a voucher, or of the whole book' }) readonly code!: string;
}

export class BeneficiaryBalanceBody {
  @TextField({ max: 140, description: "The prescriber's own reference for the person" })
  readonly beneficiaryRef!: string;
}
