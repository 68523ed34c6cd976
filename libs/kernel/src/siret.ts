import { DomainError } from './domain-error';

/** 14 digits: SIREN of the legal entity and the number of one of its establishments. */
export type Siret = string;

/**
 * Luhn's check, as INSEE gives it. La Poste ran out of numbers that pass it: under its SIREN the
 * digits add up to a multiple of 5 instead, except at its head office.
 */
export function isSiret(value: unknown): value is Siret {
  if (typeof value !== 'string' || !/^[0-9]{14}$/.test(value)) return false;
  const laPoste = value.startsWith(LA_POSTE_SIREN) && value !== LA_POSTE_HEAD_OFFICE;
  return laPoste ? digitSum(value) % 5 === 0 : luhnSum(value) % 10 === 0;
}

/** @throws DomainError `siret_invalid`. */
export function parseSiret(text: string): Siret {
  if (!isSiret(text)) throw new DomainError('siret_invalid');
  return text;
}

const LA_POSTE_SIREN = '356000000';
const LA_POSTE_HEAD_OFFICE = '35600000000048';

const digitSum = (digits: string): number =>
  [...digits].reduce((sum, digit) => sum + Number(digit), 0);

const luhnSum = (digits: string): number =>
  digitSum(
    [...digits]
      .map((digit, index) =>
        (digits.length - index) % 2 === 0 ? 2 * Number(digit) : Number(digit),
      )
      .join(''),
  );
