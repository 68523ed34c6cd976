import { inspect } from 'node:util';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FakeClock } from '@app/platform/testing/fake-clock';
import { FakeRandomness } from '@app/platform/testing/fake-randomness';
import { KeyRing, KeyRingError } from './key-ring';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'carnet-key-ring-'));
  file = join(folder, 'key-ring.json');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const clock = new FakeClock('2026-01-15T10:00:00.000Z');
const open = (seed = 'carnet') =>
  KeyRing.open({ file, clock, randomness: new FakeRandomness(seed) });
const refusalOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof KeyRingError) return error.message;
    throw error;
  }
  return 'none';
};

describe('the key ring', () => {
  it('is made on the first start, readable by its owner alone', () => {
    const ring = open();
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['key-ring.json']);
    expect(ring.currentKeyId).toMatch(/^2026-01-15-[0-9a-f]{8}$/);
    expect(ring.masterKeyOf(ring.currentKeyId).symmetricKeySize).toBe(32);
    expect(ring.beneficiaryKey.symmetricKeySize).toBe(32);
  });

  it('is the same at the next start', () => {
    const bytes = keyOf(open(), open().currentKeyId);
    expect(keyOf(open('another chance'), open().currentKeyId)).toBe(bytes);
  });

  it('is one, of several programs that start at once', () => {
    // The second program finds no file, and the first one’s when it wants to put its own there.
    const randomness = new FakeRandomness('second');
    let first: KeyRing | undefined;
    const second = KeyRing.open({
      file,
      clock,
      randomness: {
        bytes: (length) => {
          first ??= open('first');
          return randomness.bytes(length);
        },
      },
    });
    expect(second.currentKeyId).toBe(first?.currentKeyId);
    expect(keyOf(second, second.currentKeyId)).toBe(keyOf(first ?? second, second.currentKeyId));
    expect(readdirSync(folder)).toEqual(['key-ring.json']);
  });

  it('uses a new key for new orders and keeps the old ones', () => {
    const ring = open();
    const old = ring.currentKeyId;
    const oldBytes = keyOf(ring, old);
    const added = ring.rotate({ clock, randomness: new FakeRandomness('rotation') });
    expect(added).not.toBe(old);
    expect([ring.currentKeyId, open().currentKeyId]).toEqual([added, added]);
    expect(keyOf(ring, old)).toBe(oldBytes);
    expect(keyOf(open(), old)).toBe(oldBytes);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['key-ring.json']);
  });

  it('finds a key that another program added meanwhile', () => {
    const running = open();
    const added = open().rotate({ clock, randomness: new FakeRandomness('rotation') });
    expect(running.currentKeyId).not.toBe(added);
    expect(running.masterKeyOf(added).symmetricKeySize).toBe(32);
    expect(running.currentKeyId).toBe(added);
  });

  it('never has two rotations at once', () => {
    const ring = open();
    writeFileSync(`${file}.new`, '');
    const message = refusalOf(() => ring.rotate({ clock, randomness: new FakeRandomness('r') }));
    expect(message).toContain(`${file}.new exists`);
    expect(open().currentKeyId).toBe(ring.currentKeyId);
  });

  it('holds a key that another program added, and no other', () => {
    const ring = open();
    const added = open().rotate({ clock, randomness: new FakeRandomness('rotation') });
    expect(ring.holds(added)).toBe(true);
    expect(ring.holds('2025-01-01-00000000')).toBe(false);
  });

  it('says which key is missing and what to do', () => {
    const message = refusalOf(() => open().masterKeyOf('2025-01-01-00000000'));
    expect(message).toContain('no key 2025-01-01-00000000: restore the file from its own backup');
  });

  it.each(['640', '604', '620', '601'])('refuses mode %s, in one line', (mode) => {
    open();
    chmodSync(file, Number.parseInt(mode, 8));
    const message = refusalOf(() => open());
    expect(message).toContain(`(mode ${mode}): chmod 600`);
    expect(message).not.toContain('\n');
  });

  it.each([
    ['nothing', ''],
    ['another JSON', '{"version":1}'],
    ['a later version', '{"version":2}'],
    ['no list', 'null'],
  ])('refuses a file with %s and leaves it alone', (_, text) => {
    writeFileSync(file, text, { mode: 0o600 });
    expect(refusalOf(() => open())).toContain('restore it from its own backup');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('refuses a short key, and two of one name', () => {
    open();
    const stored = JSON.parse(readFileSync(file, 'utf8'));
    const [key] = stored.masterKeys;
    const short = Buffer.alloc(31).toString('base64url');
    for (const masterKeys of [[{ ...key, key: short }], [key, key], [], [{ ...key, keyId: '' }]]) {
      writeFileSync(file, JSON.stringify({ ...stored, masterKeys }));
      expect(refusalOf(() => open())).toContain('not a key ring');
    }
  });

  it('is not made where there is no folder', () => {
    rmSync(folder, { recursive: true });
    expect(refusalOf(() => open())).toContain('cannot be made: Error: ENOENT');
  });

  it('is a file', () => {
    mkdirSync(file, { mode: 0o700 });
    expect(refusalOf(() => open())).toContain('not a file');
  });

  it('never shows a key', () => {
    const ring = open();
    const { masterKeys, beneficiaryKey } = JSON.parse(readFileSync(file, 'utf8'));
    const shown = inspect(ring, { depth: 9, showHidden: true }) + JSON.stringify(ring);
    for (const secret of [masterKeys[0].key, beneficiaryKey]) {
      expect(shown).not.toContain(secret);
      expect(shown).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
    }
    chmodSync(file, 0o644);
    expect(refusalOf(() => open())).not.toContain(masterKeys[0].key);
    writeFileSync(file, `{"version":1,"beneficiaryKey":"${beneficiaryKey}"`, { mode: 0o600 });
    chmodSync(file, 0o600);
    expect(refusalOf(() => open())).not.toContain(beneficiaryKey);
  });
});

const keyOf = (ring: KeyRing, keyId: string): string =>
  ring.masterKeyOf(keyId).export().toString('hex');
