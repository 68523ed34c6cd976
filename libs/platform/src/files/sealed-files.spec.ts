import { createHash, createSecretKey, randomBytes, type KeyObject } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemRandomness } from '../ids/randomness';
import { SealBroken } from './sealed-bytes';
import { SealedFiles } from './sealed-files';

const PRINT = '00000000-0000-5000-8000-000000000001';
const OTHER = '00000000-0000-5000-8000-000000000002';
const PIECE = 65_536;

/** As a key ring is: keys are added, never removed. */
class Keys {
  readonly #keys = new Map<string, KeyObject>();
  currentKeyId = '';

  constructor() {
    this.rotate();
  }

  rotate(): void {
    this.currentKeyId = `key ${this.#keys.size}`;
    this.#keys.set(this.currentKeyId, createSecretKey(randomBytes(32)));
  }

  masterKeyOf(keyId: string): KeyObject {
    const key = this.#keys.get(keyId);
    if (!key) throw new Error(`no key ${keyId}`);
    return key;
  }
}

let folder: string;
let keys: Keys;
let files: SealedFiles;
const randomness = new SystemRandomness();

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'carnet-files-')), 'sealed');
  keys = new Keys();
  files = new SealedFiles({ folder, purpose: 'carnet/print/v1', keys, randomness });
});

afterEach(() => rmSync(dirname(folder), { recursive: true, force: true }));

const pathOf = (name: string) => join(folder, `${name}.sealed`);
const sha256Of = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function* inChunks(bytes: Buffer, size = 10_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

const readBack = (name = PRINT) => files.readWhole(name);

describe('a sealed file', () => {
  it.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 17])(
    'is read back as it was, of %i bytes',
    async (length) => {
      const plain = randomBytes(length);
      const kept = await files.keep(PRINT, inChunks(plain));
      expect(kept).toEqual({ sha256: sha256Of(plain), bytes: length });
      expect((await readBack()).equals(plain)).toBe(true);
      expect(await files.examine(PRINT, kept.sha256)).toBe('whole');
    },
  );

  it('shows nothing of what is in it', async () => {
    await files.keep(PRINT, inChunks(Buffer.from('0123-4567-89AB-CDEF '.repeat(10_000))));
    expect(readFileSync(pathOf(PRINT)).includes('0123-4567')).toBe(false);
  });

  it('is sealed anew each time, so that no key and nonce meet twice', async () => {
    const plain = randomBytes(100);
    await files.keep(PRINT, inChunks(plain));
    const first = readFileSync(pathOf(PRINT));
    await files.keep(PRINT, inChunks(plain));
    expect(readFileSync(pathOf(PRINT)).equals(first)).toBe(false);
  });

  it('is read after the key ring has another key', async () => {
    const plain = randomBytes(100);
    await files.keep(PRINT, inChunks(plain));
    keys.rotate();
    expect((await readBack()).equals(plain)).toBe(true);
  });

  it('is kept from bytes in memory too', async () => {
    const plain = randomBytes(100);
    const kept = await files.keep(PRINT, plain);
    expect(kept).toEqual({ sha256: sha256Of(plain), bytes: 100 });
    expect((await readBack()).equals(plain)).toBe(true);
  });

  it('has a name that leads nowhere else', async () => {
    for (const name of ['', '../keys', 'A', 'a/b', 'a.b', 'x'.repeat(101)]) {
      await expect(files.keep(name, randomBytes(1))).rejects.toThrow(TypeError);
    }
    expect(existsSync(folder)).toBe(false);
  });
});

describe('a file somebody changed', () => {
  const plain = randomBytes(2 * PIECE + 100);
  let sealedBytes: Buffer;

  beforeEach(async () => {
    await files.keep(PRINT, inChunks(plain));
    sealedBytes = readFileSync(pathOf(PRINT));
  });

  /** The seal alone has to tell, without the sum that the events know. */
  const examined = async (changed: Buffer, name = PRINT) => {
    writeFileSync(pathOf(name), changed);
    const seal = await readBack(name).then(
      () => 'whole',
      (error: unknown) => (error instanceof SealBroken ? 'damaged' : error),
    );
    expect(await files.examine(name, sha256Of(plain))).toBe(seal);
    return seal;
  };

  it('is damaged, whichever bit it was', async () => {
    const salt = sealedBytes.length - (2 * (PIECE + 16) + 116) - 1;
    for (const at of [0, salt, 500, PIECE + 300, sealedBytes.length - 1]) {
      const changed = Buffer.from(sealedBytes);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect([at, await examined(changed)]).toEqual([at, 'damaged']);
    }
  });

  it('is damaged when its end is missing, at a piece or elsewhere', async () => {
    const atPiece = sealedBytes.length - 116;
    for (const length of [atPiece, atPiece - 1, sealedBytes.length - 1, 20, 0]) {
      expect([length, await examined(sealedBytes.subarray(0, length))]).toEqual([
        length,
        'damaged',
      ]);
    }
  });

  it('is damaged when pieces changed their places', async () => {
    const head = sealedBytes.length - (2 * (PIECE + 16) + 116);
    const [first, second] = [0, 1].map((n) =>
      sealedBytes.subarray(head + n * (PIECE + 16), head + (n + 1) * (PIECE + 16)),
    ) as [Buffer, Buffer];
    const tail = sealedBytes.subarray(head + 2 * (PIECE + 16));
    const start = sealedBytes.subarray(0, head);
    expect(await examined(Buffer.concat([start, first, second, tail]))).toBe('whole');
    expect(await examined(Buffer.concat([start, second, first, tail]))).toBe('damaged');
  });

  it('is damaged under the name of another', async () => {
    expect(await examined(sealedBytes, OTHER)).toBe('damaged');
  });

  it('is damaged among the files of another purpose', async () => {
    const others = new SealedFiles({ folder, purpose: 'carnet/other/v1', keys, randomness });
    expect(await others.examine(PRINT, sha256Of(plain))).toBe('damaged');
  });
});

describe('the folder of sealed files', () => {
  it('never has a half under the name of a file', async () => {
    const dies = async function* () {
      yield randomBytes(200_000);
      throw new Error('killed');
    };
    await expect(files.keep(PRINT, dies())).rejects.toThrow('killed');
    expect(await files.examine(PRINT, '')).toBe('missing');
    expect(readdirSync(folder)).toHaveLength(1);
    await files.dropDrafts(PRINT);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('forgets what is erased, and nothing else', async () => {
    await files.keep(PRINT, inChunks(randomBytes(10)));
    await files.keep(OTHER, inChunks(randomBytes(10)));
    await files.erase(PRINT);
    await files.erase(PRINT);
    expect(readdirSync(folder)).toEqual([`${OTHER}.sealed`]);
  });
});
