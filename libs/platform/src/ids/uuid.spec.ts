import { createHash } from 'node:crypto';
import { isUuid } from '@app/kernel';
import { FakeClock } from '../testing/fake-clock';
import { FakeRandomness } from '../testing/fake-randomness';
import { SystemIds } from './ids';
import { uuidV5, uuidV7 } from './uuid';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

describe('a UUIDv5', () => {
  it('is that of RFC 9562, appendix A.4', () => {
    expect(uuidV5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2');
  });

  // A name of 1,360 units surely fits into what is kept for it; the last are longer.
  it.each([0, 1_360, 1_361, 5_000])('hashes a name of %i units as UTF-8', (length) => {
    for (const unit of ['x', 'é', '€', '\ud83d']) {
      const name = unit.repeat(length);
      const named = Buffer.concat([Buffer.from(DNS.replaceAll('-', ''), 'hex'), Buffer.from(name)]);
      const digest = createHash('sha1').update(named).digest('hex');
      const [, low, mid, high, variant, clock, node] =
        /^(.{8})(.{4}).(.{3})(.)(.{3})(.{12})/.exec(digest) ?? [];
      const [nibble] = ((parseInt(variant ?? '', 16) & 3) | 8).toString(16);
      expect(uuidV5(DNS, name)).toBe(`${low}-${mid}-5${high}-${nibble}${clock}-${node}`);
    }
  });

  it('uses all four variants of RFC 9562, table 1', () => {
    const variants = Array.from({ length: 200 }, (_, index) => uuidV5(DNS, `${index}`).charAt(19));
    expect([...new Set(variants)].toSorted()).toEqual(['8', '9', 'a', 'b']);
  });

  it('reads its namespace in either case', () => {
    expect(uuidV5(DNS.toUpperCase(), 'a')).toBe(uuidV5(DNS, 'a'));
  });

  it.each(['', 'www.example.com', DNS.slice(1), `${DNS.slice(0, -1)}g`])(
    'has no namespace %j',
    (namespace) => {
      expect(() => uuidV5(namespace, 'a')).toThrow(TypeError);
    },
  );
});

describe('a UUIDv7', () => {
  it('is that of RFC 9562, appendix A.6', () => {
    const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(uuidV7(new Date(0x017f22e279b0), random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  it('sorts by the millisecond it was made in', () => {
    const clock = new FakeClock();
    const ids = new SystemIds(clock, new FakeRandomness());
    const made = Array.from({ length: 100 }, () => {
      clock.advanceBy({ ms: 1 });
      return ids.next();
    });
    expect(made.toSorted()).toEqual(made);
  });

  it('differs within one millisecond', () => {
    const ids = new SystemIds(new FakeClock(), new FakeRandomness());
    const made = Array.from({ length: 1_000 }, () => ids.next());
    expect(new Set(made).size).toBe(1_000);
    expect(made.every(isUuid)).toBe(true);
  });
});
