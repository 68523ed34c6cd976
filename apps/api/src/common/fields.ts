import { isSiret } from '@app/kernel';
import {
  field,
  InstantField,
  refusals,
  type Check,
  type FieldOptions,
  type RefusalReasons,
} from '@app/platform';
import { Transform } from 'class-transformer';
import { electronicFormatIBAN, isSEPACountry, isValidBIC, isValidIBAN } from 'ibantools';
import { applyDecorators } from '@nestjs/common';

/** `?asOf=` of a balance: the figure as the log knew it at that instant. */
export class AsOfQuery {
  @InstantField({ optional: true, description: 'RFC 3339; the figure as the log knew it then' })
  readonly asOf?: string;
}

export const asOfDate = ({ asOf }: AsOfQuery): Date | undefined =>
  asOf === undefined ? undefined : new Date(asOf);

/** 14 digits with their check (INSEE's, and La Poste's exception). */
export const SiretField = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: 'string', example: '22230001400016', ...refusals('text_type', 'siret_invalid') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return isSiret(value) ? undefined : 'siret_invalid';
    },
  );

/** An IBAN of a SEPA country, with its check digits; spaces and lower case are accepted. */
export const IbanField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && value.length <= 64
        ? (electronicFormatIBAN(value) ?? value)
        : value,
    ),
    field(
      options,
      {
        type: 'string',
        example: 'FR7630006000011234567890189',
        ...refusals('text_type', 'iban_invalid'),
      },
      (value) => {
        if (typeof value !== 'string') return 'text_type';
        const valid = isValidIBAN(value) && isSEPACountry(value.slice(0, 2));
        return valid ? undefined : 'iban_invalid';
      },
    ),
  );

/** ISO 9362, 8 or 11 characters. */
export const BicField = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: 'string', example: 'AGRIFRPP', ...refusals('text_type', 'bic_invalid') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return isValidBIC(value) ? undefined : 'bic_invalid';
    },
  );

/** INSEE's code of a commune: five symbols, `2A` and `2B` in Corsica. */
export const CommuneField = (options: FieldOptions = {}): PropertyDecorator =>
  field(
    options,
    { type: 'string', example: '58194', ...refusals('text_type', 'commune_code_invalid') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return /^(\d{2}|2[AB])\d{3}$/.test(value) ? undefined : 'commune_code_invalid';
    },
  );

/** One word of the scheme, such as a person's public. */
export const WordField = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, WORD, isWord);

/** A list of words of the scheme (services, publics, territory codes), each once. */
export const WordsField = (options: FieldOptions & { listMax: number }): PropertyDecorator =>
  field(options, WORD, isWord);

const WORD = {
  type: 'string',
  maxLength: 80,
  example: 'online-forms',
  ...refusals('text_type', 'word_invalid'),
};

const isWord: Check = (value) => {
  if (typeof value !== 'string') return 'text_type';
  return /^[\p{L}\p{N}][\p{L}\p{N} _'’.-]{0,79}$/u.test(value) ? undefined : 'word_invalid';
};

/** What these fields are refused for, beside what every field is. */
export const FIELD_REASONS: RefusalReasons = {
  bic_invalid: 'A BIC is none of ISO 9362.',
  commune_code_invalid: 'A commune has a code of five symbols (INSEE).',
  country_invalid: 'A country is two capital letters (ISO 3166-1).',
  department_invalid: 'A département is two or three symbols, such as 58, 2A or 974.',
  iban_invalid: 'An IBAN has wrong check digits, or is of no SEPA country.',
  point_invalid: 'A point is a latitude and a longitude in degrees, apart by a comma.',
  radius_range: 'A radius is above 0 and at most 200 km.',
  route_unknown: 'A route is none of the api, or not written as in the table of rights.',
  sha256_invalid: 'A hash is 64 hexadecimal digits in lower case.',
  subject_invalid: 'A subject is up to 255 printing ASCII characters, as in a token.',
  word_invalid: 'A word of the scheme starts with a letter or a digit, in 80 characters.',
};
