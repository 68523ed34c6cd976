/** What hides events of a stream from its readers; `$all` still shows them. */
export type StreamMetadata = Readonly<{
  maxCount?: number;
  maxAgeMs?: number;
  /** First revision still to be seen. */
  truncateBefore?: number;
}>;

/** Reads a `$metadata` event. What is not understood hides nothing. */
export function parseStreamMetadata(data: Uint8Array): StreamMetadata {
  const fields = parseObject(data);
  return {
    ...pick('maxCount', fields['$maxCount']),
    ...pick('maxAgeMs', fields['$maxAge'], 1000),
    ...pick('truncateBefore', fields['$tb']),
  };
}

/** The same metadata with another `$tb`, every other field kept as it was. */
export function withTruncateBefore(data: Uint8Array | undefined, before: bigint): Buffer {
  const { $tb: _, ...others } = data ? parseObject(data) : {};
  const text = JSON.stringify(others);
  const separator = text === '{}' ? '' : ',';
  // Written by hand: 2^63 − 1 is not a number JavaScript has.
  return Buffer.from(`${text.slice(0, -1)}${separator}"$tb":${before}}`);
}

function parseObject(data: Uint8Array): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

function pick<K extends string>(key: K, value: unknown, unit = 1): { [P in K]?: number } {
  const isNumber = typeof value === 'number' && Number.isFinite(value) && value >= 0;
  return (isNumber ? { [key]: value * unit } : {}) as { [P in K]?: number };
}
