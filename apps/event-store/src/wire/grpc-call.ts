import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { GrpcError, INTERNAL, OK, RESOURCE_EXHAUSTED, UNIMPLEMENTED, UNKNOWN } from './grpc-status';

/** No message may be longer; the client's chunks of an append are 3 MiB. */
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const PREFIX_BYTES = 5;

export type GrpcHandlers = Readonly<{
  /** One message of the caller; throwing ends the call. A view: copy what outlives the call. */
  onMessage: (message: Buffer) => void;
  /** The caller sends no more. */
  onHalfClose?: () => void;
  /** The call is over, whoever ended it. */
  onClose?: () => void;
}>;

/** One gRPC call over an HTTP/2 stream. */
export class GrpcCall {
  private readonly parts: Buffer[] = [];
  private partsBytes = 0;
  /** How many bytes the message now arriving takes, prefix included, as far as is known. */
  private needed = PREFIX_BYTES;
  private handlers: GrpcHandlers | undefined;
  private isEnded = false;

  constructor(
    readonly stream: ServerHttp2Stream,
    readonly headers: IncomingHttpHeaders,
  ) {
    stream.on('error', () => {});
    stream.on('close', () => {
      this.isEnded = true;
      this.handlers?.onClose?.();
    });
  }

  get isOver(): boolean {
    return this.isEnded || this.stream.destroyed;
  }

  serve(handlers: GrpcHandlers): void {
    this.handlers = handlers;
    this.stream.on('data', (chunk: Buffer) => this.guard(() => this.receive(chunk)));
    this.stream.on('end', () =>
      this.guard(() => {
        if (this.partsBytes > 0) throw new GrpcError(INTERNAL, 'Incomplete message.');
        handlers.onHalfClose?.();
      }),
    );
  }

  /** Sends framed messages. False when the caller must wait for `onDrain`. */
  write(messages: Buffer): boolean {
    if (this.isOver) return true;
    this.sendHeaders();
    return this.stream.write(messages);
  }

  onDrain(then: () => void): void {
    this.stream.once('drain', () => this.guard(then));
  }

  /** Ends the call well, or with the status of an error. */
  end(error?: unknown): void {
    if (this.isOver) return;
    this.isEnded = true;
    const trailers = error === undefined ? { 'grpc-status': String(OK) } : trailersOf(error);
    if (!this.stream.headersSent) {
      this.stream.respond({ ...HEADERS, ...trailers }, { endStream: true });
      this.stream.resume();
      return;
    }
    this.stream.once('wantTrailers', () => {
      if (!this.stream.destroyed) this.stream.sendTrailers(trailers);
    });
    this.stream.end();
    this.stream.resume();
  }

  /** Runs what the caller asked for; whatever it throws ends this call and no other. */
  guard(work: () => void): void {
    if (this.isOver) return;
    try {
      work();
    } catch (error) {
      this.end(error);
    }
  }

  sendHeaders(): void {
    if (!this.stream.headersSent) this.stream.respond(HEADERS, { waitForTrailers: true });
  }

  private receive(chunk: Buffer): void {
    this.parts.push(chunk);
    this.partsBytes += chunk.length;
    if (this.partsBytes < this.needed) return;
    const bytes = this.parts.length === 1 ? chunk : Buffer.concat(this.parts);
    this.parts.length = 0;
    this.partsBytes = 0;
    const rest = bytes.subarray(this.deliver(bytes));
    if (rest.length === 0 || this.isOver) return;
    this.parts.push(rest);
    this.partsBytes = rest.length;
  }

  /** Hands over the whole messages in these bytes; returns where the first incomplete one is. */
  private deliver(bytes: Buffer): number {
    let at = 0;
    for (;;) {
      this.needed = PREFIX_BYTES;
      if (bytes.length - at < PREFIX_BYTES) return at;
      if (bytes[at] !== 0) throw new GrpcError(UNIMPLEMENTED, 'Compression is not supported.');
      const length = bytes.readUInt32BE(at + 1);
      if (length > MESSAGE_BYTES_MAX) {
        const reason = 'Received message exceeds the maximum configured message size.';
        throw new GrpcError(RESOURCE_EXHAUSTED, reason);
      }
      this.needed = PREFIX_BYTES + length;
      if (bytes.length - at < this.needed) return at;
      const start = at + PREFIX_BYTES;
      at = start + length;
      this.handlers!.onMessage(bytes.subarray(start, at));
      if (this.isOver) return at;
    }
  }
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc+proto' };

function trailersOf(error: unknown): Record<string, string> {
  const { code, message, trailers } =
    error instanceof GrpcError
      ? error
      : new GrpcError(UNKNOWN, `Exception was thrown by handler. ${String(error)}`);
  const encoded = Object.fromEntries(
    Object.entries(trailers).map(([name, value]) => [name, encodeHeader(value)]),
  );
  return { ...encoded, 'grpc-status': String(code), 'grpc-message': percentEncode(message) };
}

/** `grpc-message` is UTF-8, percent-encoded where it is not printable ASCII. */
function percentEncode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('%20', ' ');
}

/** HTTP/2 headers are Latin-1: UTF-8 goes byte for byte, as EventStoreDB's clients read it. */
function encodeHeader(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : percentEncode(text);
}
