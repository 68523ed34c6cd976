/**
 * Which media type `Accept` wants: one of the others where it is named and wanted at least as much as the
 * usual one, which also answers who names none.
 */
export function preferredOf<Type extends string>(
  accept: string | undefined,
  usual: Type,
  others: readonly Type[],
): Type {
  if (accept === undefined) return usual;
  const wanted = others
    .map((type) => ({ type, quality: qualityOf(accept, type) }))
    .sort((a, b) => b.quality - a.quality)[0];
  if (wanted === undefined || wanted.quality === 0) return usual;
  return wanted.quality >= qualityOf(accept, usual) ? wanted.type : usual;
}

function qualityOf(accept: string, type: string): number {
  for (const part of accept.toLowerCase().split(',', 20)) {
    const [name, ...parameters] = part.split(';').map((text) => text.trim());
    const quality = parameters.find((text) => text.startsWith('q='))?.slice(2) ?? '1';
    if (name === type) return Number(quality) || 0;
  }
  return 0;
}
