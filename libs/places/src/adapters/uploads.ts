import { createHash, hash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Files as they came, each under the SHA-256 of its bytes: stored before anything is decided on them.
 * All programs of a deployment see the same folder.
 */
export class Uploads {
  private readonly folder: string;

  /** In a folder of their own under `DATA_DIR`. */
  constructor(dataDir: string) {
    this.folder = join(dataDir, 'uploads');
  }

  /** On disk when it answers; the same bytes are kept once. */
  async keep(bytes: Buffer): Promise<string> {
    const sha256 = hash('sha256', bytes, 'hex');
    if ((await this.examine(sha256)) === 'whole') return sha256;
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    // A name of its own until it is whole, so that a crash leaves no half under the right one.
    const draft = join(this.folder, `${sha256}.${randomUUID()}`);
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, this.#pathOf(sha256));
    await syncFolder(this.folder);
    return sha256;
  }

  async examine(sha256: string): Promise<'whole' | 'missing' | 'damaged'> {
    const path = this.#pathOf(sha256);
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (!exists) return 'missing';
    const digest = createHash('sha256');
    for await (const chunk of this.read(sha256)) digest.update(chunk);
    return digest.digest('hex') === sha256 ? 'whole' : 'damaged';
  }

  read(sha256: string): AsyncIterable<Buffer> {
    return createReadStream(this.#pathOf(sha256)) as AsyncIterable<Buffer>;
  }

  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new TypeError('an upload is named by its SHA-256');
    return join(this.folder, sha256);
  }
}

/** The new name is on disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
