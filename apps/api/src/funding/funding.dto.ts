import {
  BooleanField,
  CentsField,
  ChoiceField,
  DayField,
  IntegerField,
  ListQuery,
  ObjectField,
  TextField,
  UuidField,
} from '@app/platform';
import { BicField, IbanField, SiretField, WordsField } from '../common/fields';
import { PostalAddressBody } from '../common/postal-address.dto';

const FUNDER_KINDS = [
  'region',
  'departement',
  'intercommunality',
  'municipality',
  'public-operator',
  'foundation',
  'firm',
] as const;

export class FunderBody {
  @TextField({ max: 140, example: 'Département de la Creuse' }) readonly name!: string;
  @SiretField() readonly siret!: string;
  @ChoiceField(FUNDER_KINDS) readonly kind!: (typeof FUNDER_KINDS)[number];

  @ObjectField(() => PostalAddressBody, { optional: true, description: 'Invoices carry it' })
  readonly address?: PostalAddressBody;
}

export class BankAccountBody {
  @IbanField() readonly iban!: string;
  @BicField({ optional: true }) readonly bic?: string;
  @TextField({ max: 70 }) readonly holderName!: string;
}

export class VerificationBody {
  @ChoiceField(['match', 'close', 'no-match'])
  readonly outcome!: 'match' | 'close' | 'no-match';
}

class CoFunderBody {
  @TextField({ max: 140 }) readonly name!: string;
  @IntegerField({ min: 0, max: 10_000 }) readonly shareBasisPoints!: number;
  @CentsField({ optional: true }) readonly ceilingCents?: number;
}

class RestrictionsBody {
  @WordsField({
    listMax: 1_000,
    listMin: 0,
    description: 'Département or commune codes; empty: everywhere',
  })
  readonly territories!: string[];
  @WordsField({ listMax: 200, listMin: 0 }) readonly services!: string[];
  @WordsField({ listMax: 50, listMin: 0 }) readonly publics!: string[];
}

export class AgreementBody {
  @UuidField() readonly funderId!: string;
  @TextField({ max: 70, example: 'CONV-2026-01' }) readonly reference!: string;
  @CentsField({ example: 1_000 }) readonly faceValueCents!: number;
  @IntegerField({
    min: 1,
    max: 31,
    listMax: 10,
    description: 'Vouchers per book that may be ordered',
  })
  readonly booksOf!: number[];
  @IntegerField({ min: 0, max: 10_000 }) readonly feeBasisPoints!: number;
  @IntegerField({ min: 0, max: 10_000 }) readonly vatBasisPoints!: number;
  @CentsField() readonly ceilingCents!: number;
  @ObjectField(() => CoFunderBody, { listMax: 50 }) readonly coFunders!: CoFunderBody[];
  @ObjectField(() => RestrictionsBody) readonly restrictions!: RestrictionsBody;
  @BooleanField() readonly singleHandOut!: boolean;
  @BooleanField() readonly allowPrescribingPlace!: boolean;
}

export class RefundBody {
  @CentsField() readonly amountCents!: number;
  @UuidField() readonly bankAccountId!: string;
}

export class DepositBody {
  @UuidField() readonly agreementId!: string;
  @CentsField() readonly amountCents!: number;
  @TextField({ max: 140, example: 'VIR CD23 2026-03' }) readonly bankReference!: string;
  @DayField() readonly valueOn!: string;
}

export class ConfirmationBody {
  @TextField({ max: 140 }) readonly statementReference!: string;
}

export class ListAllQuery extends ListQuery {}
