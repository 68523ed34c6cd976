import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import {
  createParamDecorator,
  Injectable,
  StreamableFile,
  type ExecutionContext,
  type PipeTransform,
} from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IsStillAdmitted } from '../access/admission';
import { hashOf } from '../event-store/command-ids';
import { preferredOf } from './accept';
import { Cursors, type PageKey } from './cursors';
import { field, refusals } from './fields';

const LIMIT_MAX = 500;
const LIMIT_DEFAULT = 50;
const CSV_ROWS_MAX = 100_000;

/** A list's query: its class of filters extends this one. */
export class ListQuery {
  @field(
    { optional: true },
    {
      type: 'integer',
      minimum: 1,
      maximum: LIMIT_MAX,
      default: LIMIT_DEFAULT,
      ...refusals('limit_range'),
    },
    isLimit,
  )
  readonly limit?: string;

  @field(
    { optional: true, description: 'The `nextCursor` of the page before' },
    { type: 'string', ...refusals('cursor_invalid') },
    isOneText,
  )
  readonly cursor?: string;
}

export type Listing<Row> = Readonly<{ items: readonly Row[]; nextCursor: string | null }>;

export type ListSource<Row> = Readonly<{
  /** At most `limit` rows after the key, in key order. */
  find: (after: PageKey | undefined, limit: number) => readonly Row[] | Promise<readonly Row[]>;
  /** What the rows are sorted by, unique. */
  keyOf: (row: Row) => PageKey;
  /** Columns of the CSV, names of the row's fields. */
  columns: readonly (keyof Row & string)[];
}>;

/** The parameter of a list's handler: `@Page() page: PageOf` and `return page.answer(source)`. */
export const Page = (): ParameterDecorator => PageRequest(PagePipe);

const PageRequest = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const http = context.switchToHttp();
  return { request: http.getRequest<FastifyRequest>(), reply: http.getResponse<FastifyReply>() };
});

@Injectable()
export class PagePipe implements PipeTransform<Exchange, PageOf> {
  constructor(private readonly cursors: Cursors) {}

  transform(exchange: Exchange): PageOf {
    return new PageOf(this.cursors, exchange);
  }
}

type Exchange = Readonly<{ request: FastifyRequest; reply: FastifyReply }>;

/** One page of a list as JSON, or the whole list as CSV, whichever `Accept` asks for. */
export class PageOf {
  readonly #cursors: Cursors;
  readonly #request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #scope: string;
  readonly #limit: number;
  readonly #after: PageKey | undefined;
  readonly #asCsv: boolean;

  constructor(cursors: Cursors, { request, reply }: Exchange) {
    const { limit, cursor, ...filters } = request.query as Record<string, string | undefined>;
    const partyId = request.actor?.partyId ?? null;
    this.#cursors = cursors;
    this.#request = request;
    this.#reply = reply;
    this.#scope = hashOf([request.routeOptions.url, request.params, filters, partyId]);
    this.#limit = limit === undefined ? LIMIT_DEFAULT : Number(limit);
    this.#after = cursor === undefined ? undefined : cursors.read(this.#scope, cursor);
    const { accept } = request.headers;
    this.#asCsv = preferredOf(accept, 'application/json', ['text/csv']) === 'text/csv';
  }

  async answer<Row extends object>(
    source: ListSource<Row>,
  ): Promise<Listing<Row> | StreamableFile> {
    void this.#reply.header('Vary', 'Accept');
    if (this.#asCsv) return await this.#csv(source);
    const rows = await source.find(this.#after, this.#limit + 1);
    const items = rows.slice(0, this.#limit);
    const last = items.at(-1);
    const nextCursor =
      rows.length > this.#limit && last
        ? this.#cursors.write(this.#scope, source.keyOf(last))
        : null;
    return { items, nextCursor };
  }

  async #csv<Row extends object>(source: ListSource<Row>): Promise<StreamableFile> {
    // Asked before the first byte, so that what cannot be answered still is a problem.
    const first = await source.find(this.#after, LIMIT_MAX);
    // A list that fails takes the answer with it: a part is never taken for the whole.
    const isStillAdmitted = () => this.#request.server.isStillAdmitted(this.#request);
    const rows = csvOf(source, { first, isStillAdmitted });
    const text = Readable.from(rows, { objectMode: false });
    return new StreamableFile(text, { type: 'text/csv; charset=utf-8' });
  }
}

/** Rows that are no list but all there is, as the CSV of a list would have them. */
export async function csvText<Row extends object>(
  rows: readonly Row[],
  columns: readonly (keyof Row & string)[],
): Promise<string> {
  const shared = { columns: columns.map((key) => ({ key, header: key })), cast: CAST };
  const texts: string[] = [];
  for (let at = 0; at === 0 || at < rows.length; at += LIMIT_MAX) {
    const options = { ...shared, header: at === 0, record_delimiter: 'windows' } as const;
    texts.push(stringify(rows.slice(at, at + LIMIT_MAX), options));
    await setImmediate();
  }
  return texts.join('');
}

async function* csvOf<Row extends object>(
  source: ListSource<Row>,
  { first, isStillAdmitted }: Readonly<{ first: readonly Row[]; isStillAdmitted: IsStillAdmitted }>,
): AsyncGenerator<string> {
  const columns = source.columns.map((key) => ({ key, header: key }));
  let count = 0;
  let rows = first;
  for (;;) {
    const options = { header: count === 0, columns, record_delimiter: 'windows', cast: CAST };
    yield stringify([...rows], options);
    // A reader that takes it all at once would keep everybody else waiting.
    await setImmediate();
    count += rows.length;
    if (rows.length < LIMIT_MAX) return;
    // Who reads slowly does not go on reading what was taken from them meanwhile.
    if (!(await isStillAdmitted())) throw new Error('who reads this list may not any more');
    rows = await source.find(keyOfLast(source, rows), LIMIT_MAX);
    if (count + rows.length > CSV_ROWS_MAX) {
      throw new Error(`a list has more than ${CSV_ROWS_MAX} rows: narrow its filters`);
    }
  }
}

function keyOfLast<Row>(source: ListSource<Row>, rows: readonly Row[]): PageKey | undefined {
  const last = rows.at(-1);
  return last === undefined ? undefined : source.keyOf(last);
}

/** A spreadsheet runs a text that begins like a formula; an apostrophe makes it text (OWASP). */
const CAST = {
  string: (text: string) =>
    /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text,
  boolean: (value: boolean) => String(value),
  object: (value: object) => (Array.isArray(value) ? value.join('|') : JSON.stringify(value)),
};

function isLimit(value: unknown): string | undefined {
  const number = typeof value === 'string' && /^[1-9]\d{0,2}$/.test(value) ? Number(value) : 0;
  return number >= 1 && number <= LIMIT_MAX ? undefined : 'limit_range';
}

function isOneText(value: unknown): string | undefined {
  return typeof value === 'string' ? undefined : 'cursor_invalid';
}
