import { GrpcError, INVALID_ARGUMENT } from './grpc-status';
import { ProtoReader } from './protobuf';
import { readStreamName } from './stream-identifier';

/** Where to begin: a revision or a position, or one of the ends. */
export type From = number | 'start' | 'end';

export type Filter = Readonly<{
  on: 'stream' | 'type';
  matches: (name: string) => boolean;
  /** A checkpoint is due each time so many events were looked at. */
  checkpointEvery: number;
}>;

export type ReadRequest = Readonly<{
  /** undefined for `$all`. */
  streamName: Buffer | undefined;
  from: From;
  isBackwards: boolean;
  /** Most events wanted; undefined for a subscription. */
  countMax: number | undefined;
  filter: Filter | undefined;
  /** Whether ids are wanted as two 64-bit halves rather than as text. */
  structuredIds: boolean;
}>;

/** EventStoreDB's default search window. */
const WINDOW_DEFAULT = 32;

/** Decodes a `ReadReq`. */
export function readReadRequest(bytes: Buffer): ReadRequest {
  const message = new ProtoReader(bytes);
  let request: ReadRequest | undefined;
  while (message.next()) {
    if (message.field === 1) request = readOptions(message.message());
    else message.skip();
  }
  if (!request) throw new GrpcError(INVALID_ARGUMENT, 'Read options are required.');
  return request;
}

function readOptions(options: ProtoReader): ReadRequest {
  let target: { streamName: Buffer | undefined; from: From } | undefined;
  let isBackwards = false;
  let countMax: number | undefined;
  let isSubscription = false;
  let filter: Filter | undefined;
  let structuredIds = false;
  while (options.next()) {
    if (options.field === 1) target = readStreamOptions(options.message());
    else if (options.field === 2) target = readAllOptions(options.message());
    else if (options.field === 3) isBackwards = options.uint() === 1;
    else if (options.field === 5) countMax = options.uint();
    else if (options.field === 6) {
      isSubscription = true;
      options.skip();
    } else if (options.field === 7) filter = readFilter(options.message());
    else if (options.field === 9) structuredIds = readUuidOption(options.message());
    else options.skip();
  }
  if (!target) throw new GrpcError(INVALID_ARGUMENT, 'A stream, or $all, is required.');
  if (isSubscription) countMax = undefined;
  else if (countMax === undefined) throw new GrpcError(INVALID_ARGUMENT, 'A count is required.');
  if (isSubscription && isBackwards) {
    throw new GrpcError(INVALID_ARGUMENT, 'A subscription cannot go backwards.');
  }
  return { ...target, isBackwards, countMax, filter, structuredIds };
}

function readStreamOptions(options: ProtoReader): { streamName: Buffer; from: From } {
  let streamName: Buffer | undefined;
  let from: From = 'start';
  while (options.next()) {
    if (options.field === 1) streamName = readStreamName(options.message());
    else if (options.field === 2) from = options.uint();
    else if (options.field === 3 || options.field === 4) {
      from = options.field === 3 ? 'start' : 'end';
      options.skip();
    } else options.skip();
  }
  if (!streamName) throw new GrpcError(INVALID_ARGUMENT, 'Stream name is required.');
  return { streamName, from };
}

function readAllOptions(options: ProtoReader): { streamName: undefined; from: From } {
  let from: From = 'start';
  while (options.next()) {
    if (options.field === 1) from = readPosition(options.message());
    else if (options.field === 2 || options.field === 3) {
      from = options.field === 2 ? 'start' : 'end';
      options.skip();
    } else options.skip();
  }
  return { streamName: undefined, from };
}

function readPosition(position: ProtoReader): number {
  let commit = 0;
  while (position.next()) {
    if (position.field === 1) commit = position.uint();
    else position.skip();
  }
  return commit;
}

function readUuidOption(option: ProtoReader): boolean {
  let structured = false;
  while (option.next()) {
    if (option.field === 1) structured = true;
    option.skip();
  }
  return structured;
}

function readFilter(filter: ProtoReader): Filter {
  let on: Filter['on'] | undefined;
  let matches: Filter['matches'] = () => true;
  let window = WINDOW_DEFAULT;
  let multiplier = 1;
  while (filter.next()) {
    if (filter.field === 1 || filter.field === 2) {
      on = filter.field === 1 ? 'stream' : 'type';
      matches = readExpression(filter.message());
    } else if (filter.field === 3) window = filter.uint();
    else if (filter.field === 5) multiplier = filter.uint();
    else filter.skip();
  }
  if (!on) throw new GrpcError(INVALID_ARGUMENT, 'A filter needs streams or types.');
  if (window === 0 || multiplier === 0) {
    throw new GrpcError(INVALID_ARGUMENT, 'Search window and checkpoint interval are at least 1.');
  }
  return { on, matches, checkpointEvery: window * multiplier };
}

function readExpression(expression: ProtoReader): Filter['matches'] {
  let regex = '';
  const prefixes: string[] = [];
  while (expression.next()) {
    if (expression.field === 1) regex = expression.text();
    else if (expression.field === 2) prefixes.push(expression.text());
    else expression.skip();
  }
  if (prefixes.length > 0) return (name) => prefixes.some((prefix) => name.startsWith(prefix));
  const pattern = compile(regex);
  return (name) => pattern.test(name);
}

function compile(regex: string): RegExp {
  try {
    return new RegExp(regex, 'u');
  } catch {
    try {
      return new RegExp(regex);
    } catch (error) {
      throw new GrpcError(INVALID_ARGUMENT, String(error));
    }
  }
}
