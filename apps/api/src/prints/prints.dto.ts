import { ChoiceField, IntegerField, ListQuery, NumberField, ObjectField } from '@app/platform';
import { BOOK_NUMBER_MAX } from '@app/voucher-books';
import type { PrintFormat, PrintLayout } from '@app/voucher-books/contract';

export class PointBody {
  @NumberField({ min: -90, max: 90, description: 'Degrees (WGS 84)' }) readonly latitude!: number;
  @NumberField({ min: -180, max: 180 }) readonly longitude!: number;
}

export class PrintBody {
  @ChoiceField(['pdf', 'csv'], {
    description: 'Books ready to print and cut, or a line per code for a printer’s own layout',
  })
  readonly format!: PrintFormat;

  @ChoiceField(['a4', '4-up'], {
    optional: true,
    description:
      'Of a PDF; default `a4`. `4-up` puts four books side by side, a page in each quarter',
  })
  readonly layout?: PrintLayout;

  @IntegerField({
    ...{ min: 1, max: BOOK_NUMBER_MAX, optional: true },
    description:
      'Only these books, with lastBook: part of the order, or a book that replaced a lost one',
  })
  readonly firstBook?: number;

  @IntegerField({ min: 1, max: BOOK_NUMBER_MAX, optional: true }) readonly lastBook?: number;

  @ObjectField(() => PointBody, {
    optional: true,
    description: 'The covering letter names the places nearest to it',
  })
  readonly near?: PointBody;
}

export class PrintsQuery extends ListQuery {}
