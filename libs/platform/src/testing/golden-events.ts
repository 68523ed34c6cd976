import { readFileSync } from 'node:fs';
import type { EventMetadata } from '../event-store/event-store';
import type { SchemaVersions } from '../event-store/schema-versions';

/**
 * One line of a golden corpus: an event as some version wrote it, and what it reads as today. Lines
 * are only ever added; when the current form changes, `reads` of the older lines changes with it.
 */
export type GoldenEvent = Readonly<{
  type: string;
  version: number;
  data: unknown;
  reads: unknown;
}>;

/**
 * Declares the specs of a context's corpus, a JSON-lines file: each line reads as it says, and every
 * version of every type in the code has a line, so that no shape is written without a witness.
 */
export function describeGoldenEvents(
  input: Readonly<{ file: string; types: readonly string[]; schemas: SchemaVersions }>,
): void {
  const { file, types, schemas } = input;
  describe('the events of every version ever written', () => {
    const corpus = readGoldenEvents(file);
    it.each(corpus)(
      '$type of version $version reads as today',
      ({ type, version, data, reads }) => {
        const metadata = { schemaVersion: version } as EventMetadata;
        const event = { id: 'golden', streamName: 'golden', revision: 0, type, data, metadata };
        expect(schemas.upcast(event).data).toEqual(reads);
      },
    );

    it('are all in the corpus, and no others', () => {
      expect(missingFrom(corpus, { types, schemas })).toEqual([]);
    });
  });
}

/** What the corpus lacks (`Type@version`), and what it has that the code does not know. */
export function missingFrom(
  corpus: readonly GoldenEvent[],
  { types, schemas }: Readonly<{ types: readonly string[]; schemas: SchemaVersions }>,
): readonly string[] {
  const present = new Set(corpus.map(({ type, version }) => `${type}@${version}`));
  const wanted = types.flatMap((type) =>
    Array.from({ length: schemas.currentOf(type) }, (_, at) => `${type}@${at + 1}`),
  );
  const unknown = [...present].filter((each) => !wanted.includes(each));
  return [
    ...wanted.filter((each) => !present.has(each)).map((each) => `missing ${each}`),
    ...unknown.map((each) => `unknown ${each}`),
  ];
}

function readGoldenEvents(file: string): GoldenEvent[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as GoldenEvent);
}
