import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const SOURCES = ['apps', 'libs', 'bench'];
const BUILDS = join(ROOT, '.cache', 'test-dist');
const DAY_MS = 24 * 3_600_000;

/**
 * The directory of a build of the present sources, laid out as `dist/`, for specs that start
 * processes of their own: `join(await built(), 'apps/event-store/src/main.js')`. Each state of the
 * sources has its own directory, made aside and renamed, so that specs running at once need no lock
 * and nobody's build changes under a running process.
 */
export async function built(): Promise<string> {
  const dir = join(BUILDS, await digestOfSources());
  if (existsSync(dir)) {
    await utimes(dir, new Date(), new Date());
    return dir;
  }
  const aside = join(BUILDS, `making-${randomUUID()}`);
  await mkdir(BUILDS, { recursive: true });
  await removeOldBuilds();
  await compile(aside);
  // Another spec may have been faster with the same sources: its build is as good as ours.
  await rename(aside, dir).catch(() => rm(aside, { recursive: true, force: true }));
  return dir;
}

async function compile(outDir: string): Promise<void> {
  const swc = join(ROOT, 'node_modules/@swc/cli/bin/swc.js');
  const args = [swc, ...SOURCES, '--out-dir', outDir, '--quiet'];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
}

async function digestOfSources(): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(ROOT, '.swcrc')));
  for (const source of SOURCES) {
    const entries = await readdir(join(ROOT, source), { recursive: true }).catch(() => []);
    for (const file of entries.filter((name) => /\.(ts|json)$/.test(name)).sort()) {
      hash.update(`\0${source}/${file}\0`).update(await readFile(join(ROOT, source, file)));
    }
  }
  return hash.digest('hex').slice(0, 16);
}

async function removeOldBuilds(): Promise<void> {
  for (const name of await readdir(BUILDS)) {
    const dir = join(BUILDS, name);
    const used = await stat(dir).catch(() => undefined);
    if (used && Date.now() - used.mtimeMs > DAY_MS) await rm(dir, { recursive: true, force: true });
  }
}
