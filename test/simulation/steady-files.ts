import * as fs from 'node:fs';

/**
 * Files of the simulated programs without the thread pool, whose answers come in no order that a seed
 * could decide: everything is read and written before the call is answered. Nothing is synced, since no
 * power is cut here; the rest is the real file system.
 */
export class SteadyFiles {
  readonly #restores: (() => void)[] = [];

  begin(): void {
    this.#replace(process.getBuiltinModule('node:fs/promises'), {
      mkdir: answering(fs.mkdirSync),
      rename: answering(fs.renameSync),
      link: answering(fs.linkSync),
      rm: answering(fs.rmSync),
      stat: answering(fs.statSync),
      readdir: answering(fs.readdirSync),
      readFile: answering(fs.readFileSync),
      open: answering((path: string, flags: string, mode?: number) => {
        return new OpenedFile(fs.openSync(path, flags, mode));
      }),
    });
    this.#replace(process.getBuiltinModule('node:fs'), {
      fsyncSync: () => undefined,
      createReadStream: readWhole,
    });
  }

  end(): void {
    for (const restore of this.#restores.splice(0)) restore();
  }

  #replace(owner: object, replacements: Readonly<Record<string, unknown>>): void {
    for (const [name, value] of Object.entries(replacements)) {
      const before = Object.getOwnPropertyDescriptor(owner, name) ?? {};
      Object.defineProperty(owner, name, { ...before, value });
      this.#restores.push(() => Object.defineProperty(owner, name, before));
    }
  }
}

async function* readWhole(path: string, { start }: { start: number }): AsyncGenerator<Buffer> {
  yield await Promise.resolve(fs.readFileSync(path).subarray(start));
}

/** What those who write sealed files need of a file handle. */
class OpenedFile {
  constructor(private readonly descriptor: number) {}

  write(bytes: Uint8Array): Promise<{ bytesWritten: number }> {
    return Promise.resolve({ bytesWritten: fs.writeSync(this.descriptor, bytes) });
  }

  read(buffer: Buffer): Promise<{ buffer: Buffer; bytesRead: number }> {
    const bytesRead = fs.readSync(this.descriptor, buffer);
    return Promise.resolve({ buffer, bytesRead });
  }

  sync(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    fs.closeSync(this.descriptor);
    return Promise.resolve();
  }
}

const answering =
  <Given extends unknown[], Answer>(work: (...given: Given) => Answer) =>
  (...given: Given): Promise<Answer> =>
    new Promise((resolve) => resolve(work(...given)));
