/** HTTP statuses of refusals' codes. What is in no table is a 409. */
export type RefusalStatuses = Readonly<Record<string, number>>;

/** One sentence for each code: the `detail` of its problem, and what the document says of it. */
export type RefusalReasons = Readonly<Record<string, string>>;

/** What business refusals are over HTTP. */
export class Refusals {
  constructor(
    private readonly statuses: RefusalStatuses = {},
    private readonly reasons: RefusalReasons = {},
  ) {}

  statusOf(code: string): number {
    return this.statuses[code] ?? FORM_STATUSES[code] ?? 409;
  }

  /** A code that no table explains says what it can. */
  reasonOf(code: string): string {
    return this.reasons[code] ?? FORM_REASONS[code] ?? `Refused: ${code.replaceAll('_', ' ')}.`;
  }
}

/** What the kernel refuses about the form of a value, and this lib about a repeated key. */
const FORM_STATUSES: RefusalStatuses = {
  date_invalid: 400,
  zone_required: 400,
  id_invalid: 400,
  amount_integer: 400,
  amount_range: 400,
  amount_limit: 422,
  amount_format: 422,
  siret_invalid: 422,
  idempotency_mismatch: 422,
};

const FORM_REASONS: RefusalReasons = {
  date_invalid: 'A date is none of the calendar, or not written YYYY-MM-DD (RFC 3339).',
  zone_required: 'An instant is written with its zone: the same local time can exist twice.',
  id_invalid: 'An id is not a UUID in lower case.',
  amount_integer: 'An amount is a whole number of cents.',
  amount_range: 'An amount is below the least this takes.',
  amount_limit: 'An amount is above 10^12 cents.',
  amount_format: 'An amount is not written in plain digits.',
  siret_invalid: 'A SIRET has 14 digits, of which the last checks the others.',
  idempotency_mismatch: 'The same Idempotency-Key came before with another request.',
};
