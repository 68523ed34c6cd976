import { createSecretKey } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemRandomness } from '../ids/randomness';
import { ErasableKeys } from './erasable-keys';

let folder: string;
let keys: ErasableKeys;

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'carnet-keys-')), 'keys');
  keys = new ErasableKeys({
    ...{ folder, purpose: 'carnet/test-key/v1', randomness: new SystemRandomness() },
    keys: { currentKeyId: 'k', masterKeyOf: () => createSecretKey(Buffer.alloc(32, 'key')) },
  });
});

afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

const bytesOf = async (id: string) => (await keys.findOrMake(id)).export().toString('hex');

describe('an erasable key', () => {
  it('is made once, however many ask for it at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 20 }, () => bytesOf('a')));
    expect(new Set(made).size).toBe(1);
    expect((await keys.find('a'))?.export().toString('hex')).toBe(made[0]);
    expect(readdirSync(folder)).toEqual(['a.sealed']);
    expect(await bytesOf('b')).not.toBe(made[0]);
    expect([...(await keys.listHeld())].sort()).toEqual(['a', 'b']);
  });

  it('is nowhere once it is erased, and asking for it makes none', async () => {
    const before = await bytesOf('a');
    await keys.erase('a');
    await keys.erase('a');
    expect(await keys.find('a')).toBeUndefined();
    expect(await keys.listHeld()).toEqual([]);
    expect(await bytesOf('a')).not.toBe(before);
  });

  it('is of no folder that is not there', async () => {
    expect(await keys.find('a')).toBeUndefined();
    expect(await keys.listHeld()).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});
