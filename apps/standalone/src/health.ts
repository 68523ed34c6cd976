import { connect } from 'node:http2';

const ANSWER_WITHIN_MS = 10_000;

/** Asks a program's health endpoint. Rejects with what it answered when it is not well. */
export async function fetchHealth(url: string): Promise<string> {
  const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}: ${text.slice(0, 300)}`);
  return `well, says ${url}`;
}

/** Pings an HTTP/2 server (RFC 9113 § 6.7), as gRPC clients do. Rejects when there is no answer. */
export function fetchPing(origin: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const session = connect(origin);
    session.setTimeout(ANSWER_WITHIN_MS, () => session.destroy(new Error('no answer to a ping')));
    session.once('error', reject);
    session.once('connect', () => {
      session.ping((error) => {
        session.destroy();
        if (error) reject(error);
        else resolve(`answers at ${origin}`);
      });
    });
  });
}
