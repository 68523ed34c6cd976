import {
  ChoiceField,
  CodeField,
  InstantField,
  IntegerField,
  Problem,
  TextField,
  UuidField,
} from '@app/platform';
import type { FigureGrouping } from '@app/read-models';
import { BOOK_NUMBER_MAX, VOUCHERS_PER_BOOK_MAX } from '@app/voucher-books';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { CommuneField, SiretField, WordField } from '../common/fields';

export class PrescriberBody {
  @TextField({ max: 140, example: 'CCAS de Nevers' }) readonly name!: string;
  @SiretField({ optional: true }) readonly siret?: string;
  @CommuneField() readonly commune!: string;
}

/** A book by its number, or by the code on its cover. */
export class DistributionBody {
  @IntegerField({ min: 1, max: BOOK_NUMBER_MAX, optional: true, description: 'Or its code' })
  readonly book?: number;
  @CodeField({ optional: true, description: "The book's own, not one of its vouchers'" })
  readonly code?: string;
  @IntegerField({
    min: 1,
    max: VOUCHERS_PER_BOOK_MAX,
    optional: true,
    listMax: VOUCHERS_PER_BOOK_MAX,
    description: 'Only these, where the agreement allows single hand-out; default all',
  })
  readonly vouchers?: number[];
  @UuidField() readonly prescriberId!: string;
  @WordField({ description: 'Category of the person', example: 'job-seeker' })
  readonly public!: string;
  @CommuneField({ optional: true, description: 'Of the person' }) readonly commune?: string;
  @TextField({ max: 140, optional: true, description: 'Your own; kept as a pseudonym' })
  readonly beneficiaryRef?: string;
}

export class KeyRevocationBody {
  @TextField({ max: 64, example: '2026-01-15-0badcafe' }) readonly keyId!: string;
  @TextField({ max: 500 }) readonly reason!: string;
}

const GROUPINGS = [
  'funder',
  'department',
  'public',
  'month',
] as const satisfies readonly FigureGrouping[];

export class FiguresQuery {
  @InstantField({
    optional: true,
    description: 'Any instant; without login the last millisecond of a month in Paris, now over',
  })
  readonly asOf?: string;
  @ChoiceField(GROUPINGS) readonly groupBy!: FigureGrouping;
}

/** For `@Param('number', BookNumberParam)`. */
@Injectable()
export class BookNumberParam implements PipeTransform {
  transform(value: unknown): number {
    const number = typeof value === 'string' && /^[1-9]\d{0,9}$/.test(value) ? Number(value) : 0;
    if (number >= 1 && number <= BOOK_NUMBER_MAX) return number;
    const detail = 'The number in the address is not one of a book.';
    throw new Problem({ status: 400, code: 'id_invalid', detail });
  }
}
