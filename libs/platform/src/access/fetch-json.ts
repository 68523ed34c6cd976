/**
 * A JSON object from an address, without following it elsewhere. Throws for any other status than 200,
 * for more bytes than that, and for what is no object.
 */
export async function fetchJson(
  url: string,
  { signal, bytesMax }: Readonly<{ signal: AbortSignal; bytesMax: number }>,
): Promise<object> {
  const headers = { accept: 'application/json' };
  const response = await fetch(url, { signal, headers, redirect: 'manual' }).catch(throwCause);
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`it answers ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop hangs up.
    if (bytes > bytesMax) throw new Error(`its answer has more than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  const said: unknown = JSON.parse(Buffer.concat(chunks).toString());
  if (typeof said === 'object' && said !== null) return said;
  throw new Error('its answer is no JSON object');
}

/** `fetch failed` says nothing; its cause says what the network said. */
function throwCause(error: unknown): never {
  throw error instanceof TypeError && error.cause instanceof Error ? error.cause : error;
}
