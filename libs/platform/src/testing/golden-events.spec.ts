import { join } from 'node:path';
import { SchemaVersions } from '../event-store/schema-versions';
import { describeGoldenEvents, missingFrom } from './golden-events';

const schemas = new SchemaVersions({
  Paid: [(data: { euros: number }) => ({ cents: data.euros * 100 })],
});
const types = ['Paid', 'Noted'];

describeGoldenEvents({ file: join(__dirname, 'golden-events.example.jsonl'), types, schemas });

describe('a golden corpus', () => {
  const line = (type: string, version: number) => ({ type, version, data: {}, reads: {} });

  it('lacks a version without a line, and has nothing the code does not know', () => {
    const corpus = [line('Paid', 2), line('Noted', 1), line('Gone', 1)];
    expect(missingFrom(corpus, { types, schemas })).toEqual(['missing Paid@1', 'unknown Gone@1']);
  });
});
