export type RefusalDetails = Readonly<
  Record<string, string | number | boolean | readonly string[]>
>;

/** A business refusal. `code` is stable snake_case of the HTTP contract; details carry no secret. */
export class DomainError extends Error {
  constructor(
    readonly code: string,
    readonly details: RefusalDetails = {},
  ) {
    super(code);
    this.name = 'DomainError';
  }
}
