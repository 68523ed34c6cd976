import { DomainError } from './domain-error';

/** Integer euro cents, signed, at most 10^12 in absolute value. JSON integers; never a fraction. */
export type Cents = number;

/** Integer hundredths of a percent: 10,000 is the whole. */
export type BasisPoints = number;

export const CENTS_MAX: Cents = 1_000_000_000_000;
export const WHOLE_BASIS_POINTS: BasisPoints = 10_000;

/** Negative zero is not an amount: it prints as `0` and compares as equal, but is another value. */
export function isCents(value: unknown): value is Cents {
  return Number.isInteger(value) && !Object.is(value, -0) && Math.abs(value as number) <= CENTS_MAX;
}

/** For amounts of our own making; what people send is refused with `parseCents` or at the edge. */
export function assertCents(value: unknown): asserts value is Cents {
  if (!isCents(value)) throw new RangeError('Not an amount in integer cents of at most 10^12.');
}

/**
 * `"12.50"` → 1250. Only the canonical form is read: ASCII digits, a point, two decimals, a minus
 * sign for a negative amount, no leading zero, no `-0.00`. Guessing is how money gets lost.
 * @throws DomainError `amount_format`, or `amount_limit` beyond 10^12 cents.
 */
export function parseCents(text: string): Cents {
  if (!CANONICAL_AMOUNT.test(text)) throw new DomainError('amount_format');
  return toCents(BigInt(text.replace('.', '')));
}

const CANONICAL_AMOUNT = /^(?!-0\.00$)-?(?:0|[1-9][0-9]{0,15})\.[0-9]{2}$/;

/** 1250 → `"12.50"`, the form that `parseCents` reads back and bank files carry. */
export function formatCents(cents: Cents): `${number}` {
  assertCents(cents);
  return decimalOf(cents);
}

/**
 * 123450 → `"1 234,50 €"` with the no-break spaces of French typography, for people. Sums of amounts
 * are shown too, and may be above what one amount can be.
 */
export function formatCentsInFrench(cents: number): string {
  if (!Number.isSafeInteger(cents)) throw new RangeError('Not a sum of integer cents.');
  return FRENCH_EUROS.format(decimalOf(cents));
}

function decimalOf(cents: number): `${number}` {
  const digits = String(Math.abs(cents)).padStart(3, '0');
  return `${cents < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}` as `${number}`;
}

// Given decimal text, Intl formats it exactly; given a number it would go through a fraction.
const FRENCH_EUROS = new Intl.NumberFormat('fr-FR', { style: 'currency', currency: 'EUR' });

/** @throws DomainError `amount_limit` when the total is beyond 10^12 cents. */
export function sumCents(amounts: Iterable<Cents>): Cents {
  let totalCents = 0;
  for (const cents of amounts) {
    assertCents(cents);
    totalCents += cents;
    // Each amount is far below 2^53, so a sum that left the exact range is seen before it is lost.
    if (!Number.isSafeInteger(totalCents)) throw new DomainError('amount_limit');
  }
  if (!isCents(totalCents)) throw new DomainError('amount_limit');
  return totalCents;
}

/** Face value of `count` vouchers. @throws DomainError `amount_limit` beyond 10^12 cents. */
export function multiplyCents(cents: Cents, count: number): Cents {
  assertCents(cents);
  return toCents(BigInt(cents) * BigInt(count));
}

/**
 * Round half up (amount × rate): fee of a face value, VAT of a fee. A negative amount mirrors the
 * positive one, so that a correction takes back exactly what was charged.
 * @throws DomainError `amount_limit` beyond 10^12 cents.
 */
export function shareOf(cents: Cents, rateBasisPoints: BasisPoints): Cents {
  assertCents(cents);
  assertBasisPoints(rateBasisPoints);
  const product = magnitudeOf(cents) * BigInt(rateBasisPoints);
  const rounded = (product + WHOLE / 2n) / WHOLE;
  return toCents(cents < 0 ? -rounded : rounded);
}

/**
 * Splits a total into parts that add up to it to the cent, by largest remainder: each part is cut
 * to whole cents, and the cents left over go to the largest remainders, ties to the first. Parts of
 * a negative total mirror those of the positive one.
 * @param shares basis points that add up to 10,000; anything else is a programmer's error.
 */
export function splitByBasisPoints(totalCents: Cents, shares: readonly BasisPoints[]): Cents[] {
  assertCents(totalCents);
  shares.forEach(assertBasisPoints);
  if (shares.reduce((sum, share) => sum + share, 0) !== WHOLE_BASIS_POINTS) {
    throw new RangeError('Shares must add up to 10,000 basis points.');
  }
  const products = shares.map((share) => magnitudeOf(totalCents) * BigInt(share));
  const parts = products.map((product) => product / WHOLE);
  const left = magnitudeOf(totalCents) - parts.reduce((sum, part) => sum + part, 0n);
  // The sort is stable, so equal remainders keep the order of the shares: ties to the first.
  const receivers = products
    .map((product, index) => ({ remainder: product % WHOLE, index }))
    .sort((a, b) => Number(b.remainder - a.remainder))
    .slice(0, Number(left))
    .map(({ index }) => index);
  for (const index of receivers) parts[index] = (parts[index] ?? 0n) + 1n;
  return parts.map((part) => toCents(totalCents < 0 ? -part : part));
}

/** For rates of our own making. */
export function assertBasisPoints(value: unknown): asserts value is BasisPoints {
  if (!Number.isSafeInteger(value) || (value as number) < 0 || Object.is(value, -0)) {
    throw new RangeError('Not a share in integer basis points.');
  }
}

const WHOLE = BigInt(WHOLE_BASIS_POINTS);

// A product of cents and basis points may pass 2^53, hence big integers.
const magnitudeOf = (cents: Cents): bigint => BigInt(Math.abs(cents));

function toCents(exact: bigint): Cents {
  const cents = Number(exact);
  if (!isCents(cents)) throw new DomainError('amount_limit');
  return cents;
}
