import { SystemRandomness } from '@app/platform';
import { FakeRandomness } from '@app/platform/testing/fake-randomness';
import { makeSecret, readSecret } from './secrets';

const ID = '01980a3d-b5c6-7d7e-8f90-1a2b3c4d5e6f';

describe('a secret', () => {
  it('is found by its id, and known by its hash', () => {
    const { text, hash, lastFour } = makeSecret('ck_', ID, new SystemRandomness());
    expect(text).toMatch(/^ck_[\w-]{64}$/);
    expect(text.endsWith(lastFour)).toBe(true);
    expect(readSecret('ck_', text)).toEqual({ id: ID, hash });
    expect(readSecret('ci_', text)).toBeUndefined();
  });

  it('has 32 bytes of chance behind the id', () => {
    const randomness = new FakeRandomness();
    const drawn: number[] = [];
    const counting = { bytes: (length: number) => (drawn.push(length), randomness.bytes(length)) };
    const [one, two] = [makeSecret('ck_', ID, counting), makeSecret('ck_', ID, counting)];
    expect(drawn).toEqual([32, 32]);
    expect(one.hash).not.toBe(two.hash);
  });

  it.each(['', 'ck_', `ck_${'A'.repeat(63)}`, `ck_${'A'.repeat(65)}`, `ck_${'.'.repeat(64)}`])(
    'is not %j',
    (text) => expect(readSecret('ck_', text)).toBeUndefined(),
  );
});
