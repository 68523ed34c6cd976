/** A request before it is sent: what it needs of the scheme is named, and looked up only then. */
export type Asked = Readonly<{
  /** `POST /v1/orders/{orderId}/delivery`. */
  route: string;
  method: string;
  /** With its parameters, each in its place. */
  path: readonly Value[];
  query: readonly (readonly [name: string, value: Value])[];
  headers: Readonly<Record<string, string | readonly string[]>>;
  role: string | undefined;
  /** Acts for a party that exists, else for one of its own. */
  isOfParty: boolean;
  body?: Body;
  type?: string;
}>;

/** JSON, or bytes. */
export type Body =
  Readonly<{ json: Value }> | Readonly<{ text: string }> | Readonly<{ hex: string }>;

/** A value as JSON has it, in which something seen before may stand. */
export type Value =
  string | number | boolean | null | Seen | readonly Value[] | Readonly<{ [name: string]: Value }>;

/** One of the values that answers held under this name; `else` while there is none. */
export type Seen = Readonly<{ $seen: string; pick: number; else: string | number }>;

const isSeen = (value: Value): value is Seen =>
  typeof value === 'object' && value !== null && '$seen' in value;

/** Names whose values an answer gives and a request can ask with. */
const KEPT = /(Id|Ref|Sha256|sha256|code|book|firstBook|lastBook|month|number|nextCursor)$/;
const KEPT_MAX = 40;

/** What answers held, by name. */
export class SeenValues {
  readonly #values = new Map<string, (string | number)[]>();
  #turn = 0;

  keep(name: string, value: string | number): void {
    const values = this.#values.get(name) ?? [];
    this.#values.set(name, values);
    if (values.includes(value)) return;
    if (values.length < KEPT_MAX) values.push(value);
    // The first stay: they are of the scheme that was there before.
    else values[KEPT_MAX / 2 + ((this.#turn += 1) % (KEPT_MAX / 2))] = value;
  }

  /** Of an answer, whatever it is. */
  keepAll(value: unknown): void {
    if (Array.isArray(value)) return value.slice(0, 20).forEach((each) => this.keepAll(each));
    if (typeof value !== 'object' || value === null) return;
    for (const [name, each] of Object.entries(value)) {
      if ((typeof each === 'string' || typeof each === 'number') && KEPT.test(name)) {
        this.keep(name, each);
      } else this.keepAll(each);
    }
  }

  find(name: string, pick: number): string | number | undefined {
    const values = this.#values.get(ALSO[name] ?? name) ?? [];
    return values[Math.floor(pick * values.length)];
  }

  /** The value with all that it names looked up. */
  fill(value: Value): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (isSeen(value)) return this.find(value.$seen, value.pick) ?? value.else;
    if (Array.isArray(value)) return (value as readonly Value[]).map((each) => this.fill(each));
    const entries = Object.entries(value as Readonly<{ [name: string]: Value }>);
    return Object.fromEntries(entries.map(([name, each]) => [name, this.fill(each)]));
  }
}

/** What one value is called in a request, and where answers have it. */
const ALSO: Readonly<Record<string, string>> = {
  fromPrescriberId: 'prescriberId',
  toPrescriberId: 'prescriberId',
  targetId: 'depositId',
  number: 'book',
  codes: 'code',
  linesSha256: 'linesSha256',
  cursor: 'nextCursor',
};
