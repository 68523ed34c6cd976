import { judge, type Attempt, type Written } from './ledger';

const attempt = (changes: Partial<Attempt>): Attempt => ({
  stream: 's',
  expected: 'any',
  ids: ['a', 'b'],
  outcome: 'acknowledged',
  revision: 1n,
  ...changes,
});
const written = (...ids: string[]): Written[] => ids.map((id, i) => ({ id, revision: BigInt(i) }));
const judged = (attempts: Attempt[], stream: Written[]) => {
  const { lost, doubled, broken } = judge(attempts, new Map([['s', stream]]));
  return [lost, doubled, broken];
};

describe('the ledger of a fault round', () => {
  it('has nothing to say when everything is in its place', () => {
    const unknown = attempt({ ids: ['c', 'd'], outcome: 'unknown' });
    expect(judged([attempt({}), unknown], written('a', 'b'))).toEqual([0, 0, 0]);
    expect(judged([attempt({}), unknown], written('a', 'b', 'c', 'd'))).toEqual([0, 0, 0]);
  });

  it.each<[string, Attempt[], Written[], number[]]>([
    ['lost events', [attempt({})], written(), [2, 0, 0]],
    ['half an acknowledged append', [attempt({})], written('a'), [1, 0, 0]],
    ['an event written twice', [attempt({})], written('a', 'b', 'a'), [0, 1, 1]],
    ['half an unknown append', [attempt({ outcome: 'unknown' })], written('a'), [0, 0, 1]],
    ['a gap in the revisions', [attempt({ revision: 2n })], gap(), [0, 0, 2]],
    [
      'another revision than acknowledged',
      [attempt({ revision: 3n })],
      written('a', 'b'),
      [0, 0, 1],
    ],
    ['an event nobody sent', [attempt({})], written('a', 'b', 'x'), [0, 0, 1]],
    [
      'an event said not to be sent',
      [attempt({ outcome: 'unsent' })],
      written('a', 'b'),
      [0, 0, 1],
    ],
    ['a refusal', [attempt({ outcome: 'refused' })], written(), [0, 0, 1]],
  ])('counts %s', (_title, attempts, stream, verdict) => {
    expect(judged(attempts, stream)).toEqual(verdict);
  });
});

function gap(): Written[] {
  return written('a', 'b').map(({ id, revision }) => ({ id, revision: revision + 1n }));
}
