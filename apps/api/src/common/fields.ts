import { isSiret } from '@app/kernel';
import { field, InstantField, type FieldOptions } from '@app/platform';
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
  field(options, { type: 'string', example: '22230001400016' }, (value) => {
    if (typeof value !== 'string') return 'text_type';
    return isSiret(value) ? undefined : 'siret_invalid';
  });

/** An IBAN of a SEPA country, with its check digits; spaces and lower case are accepted. */
export const IbanField = (options: FieldOptions = {}): PropertyDecorator =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' && value.length <= 64
        ? (electronicFormatIBAN(value) ?? value)
        : value,
    ),
    field(options, { type: 'string', example: 'FR7630006000011234567890189' }, (value) => {
      if (typeof value !== 'string') return 'text_type';
      const valid = isValidIBAN(value) && isSEPACountry(value.slice(0, 2));
      return valid ? undefined : 'iban_invalid';
    }),
  );

/** ISO 9362, 8 or 11 characters. */
export const BicField = (options: FieldOptions = {}): PropertyDecorator =>
  field(options, { type: 'string', example: 'AGRIFRPP' }, (value) => {
    if (typeof value !== 'string') return 'text_type';
    return isValidBIC(value) ? undefined : 'bic_invalid';
  });

/** A list of words of the scheme (services, publics, territory codes), each once. */
export const WordsField = (options: FieldOptions & { listMax: number }): PropertyDecorator =>
  field(options, { type: 'string', maxLength: 80 }, (value) => {
    if (typeof value !== 'string') return 'text_type';
    return /^[\p{L}\p{N}][\p{L}\p{N} _'’.-]{0,79}$/u.test(value) ? undefined : 'word_invalid';
  });
