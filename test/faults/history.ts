/** What a client wished, once, under one Idempotency-Key; and what it was told in the end. */
export type Change = {
  readonly name: string;
  readonly key: string;
  /** As the log must have it: of party, route and key. */
  readonly commandId: string;
  readonly path: string;
  outcome: 'open' | 'acknowledged' | 'refused';
  /** Times it was sent. */
  sent: number;
  status?: number;
  body?: unknown;
  /** Of the log, as its `Event-Position` said. */
  position?: bigint;
};

/** Something that was under way between two moments, and what of the scheme it needed. */
type Span = Readonly<{ needs: Need; from: number; until: () => number | undefined }>;

/** A change at one of the apis, a view, a process' next step, or a job. */
export type Need = 'api-1' | 'api-2' | 'view' | 'process' | 'job';

/** What all clients asked and were told, kept outside of what is tested. */
export class History {
  readonly changes: Change[] = [];
  /** What no client may ever see, in words: a 500, another answer to the same key. Each once. */
  readonly #complaints = new Map<string, string>();
  /** Answers that said no more than "ask again", and those that never came. */
  readonly counts = { asked: 0, unavailable: 0, unanswered: 0 };
  #spans: Span[] = [];
  #longestWait = { what: 'none', ms: 0 };

  complain(what: string, where = ''): void {
    if (!this.#complaints.has(what)) this.#complaints.set(what, where);
  }

  /** Those since the last time. */
  takeComplaints(): string[] {
    const taken = [...this.#complaints].map(([what, where]) => `${what} ${where}`.trimEnd());
    this.#complaints.clear();
    return taken;
  }

  waited(what: string, ms: number): void {
    if (ms > this.#longestWait.ms) this.#longestWait = { what, ms: Math.round(ms) };
  }

  /** Since the last time. */
  takeLongestWait(): Readonly<{ what: string; ms: number }> {
    const taken = this.#longestWait;
    this.#longestWait = { what: 'none', ms: 0 };
    return taken;
  }

  /** Under way until the promise settles. */
  async during<T>(needs: Need, work: () => Promise<T>): Promise<T> {
    let until: number | undefined;
    this.#spans.push({ needs, from: performance.now(), until: () => until });
    try {
      return await work();
    } finally {
      until = performance.now();
    }
  }

  /** Whether anything that needs one of these was under way at some moment between the two. */
  wasUnderWay(needs: readonly Need[], { from, until }: { from: number; until: number }): boolean {
    return this.#spans.some(
      (span) =>
        needs.includes(span.needs) && span.from <= until && (span.until() ?? Infinity) >= from,
    );
  }

  /** Those that are over need not be remembered for the next round. */
  forgetSpans(): void {
    this.#spans = this.#spans.filter(({ until }) => until() === undefined);
  }
}
