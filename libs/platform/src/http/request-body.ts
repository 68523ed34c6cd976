import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Problem } from './problem';

/**
 * The bytes of a body, at once where all of them have come, as those of a small one have by the time its
 * request is begun: to listen for their parts would cost more than to read them. Refuses with a
 * `Problem` what is larger than `bytesMax`, before it is read where its length is said.
 */
export function readBody(
  { raw, payload }: Readonly<{ raw: IncomingMessage; payload: Readable }>,
  bytesMax: number,
  done: (error: Problem | null, bytes: Buffer) => void,
): void {
  if (Number(raw.headers['content-length'] ?? 0) > bytesMax) return done(TOO_LARGE, NOTHING);
  if (payload !== raw || !raw.complete) return collect(payload, bytesMax, done);
  const bytes = (raw.read() as Buffer | null) ?? NOTHING;
  if (bytes.length > bytesMax) done(TOO_LARGE, NOTHING);
  else done(null, bytes);
}

function collect(
  payload: Readable,
  bytesMax: number,
  done: (error: Problem | null, bytes: Buffer) => void,
): void {
  const parts: Buffer[] = [];
  let length = 0;
  const end = (error: Problem | null): void => {
    payload.off('data', onData).off('end', onEnd).off('error', onError);
    done(error, error === null ? Buffer.concat(parts, length) : NOTHING);
  };
  const onData = (part: Buffer): void => {
    length += part.length;
    if (length > bytesMax) end(TOO_LARGE);
    else parts.push(part);
  };
  const onEnd = (): void => end(null);
  const onError = (): void => end(CUT_SHORT);
  payload.on('data', onData).on('end', onEnd).on('error', onError);
}

const NOTHING = Buffer.alloc(0);

const TOO_LARGE = new Problem({
  status: 413,
  code: 'body_too_large',
  detail: 'The body is larger than this route takes.',
});

/** Nobody is there to read it any more, but the log. */
const CUT_SHORT = new Problem({
  status: 400,
  code: 'bad_request',
  detail: 'The request ended before its body did.',
});
