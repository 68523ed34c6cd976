/** Vouchers in people's hands, a book at a time: what tills can take. */
export class Vouchers {
  readonly #books: string[][] = [];

  get left(): number {
    return this.#books.reduce((sum, codes) => sum + codes.length, 0);
  }

  /** Codes of one book that are free again, or for the first time. */
  put(codes: readonly string[]): void {
    this.#books.push([...codes]);
  }

  /** At most so many, of one book; none where nobody has any. */
  take(count: number): readonly string[] {
    const codes = this.#books.shift() ?? [];
    const taken = codes.splice(0, count);
    // To the end: so every book is touched by many hands over a long time.
    if (codes.length > 0) this.#books.push(codes);
    return taken;
  }
}
