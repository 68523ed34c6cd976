import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Making } from './arguments';
import type { Handles } from './demo/summary';
import type { DemoIssuer } from './demo-issuer';
import { RefusedStart } from './refused-start';

/** Megabytes of objects the history may hold: of all programs of a demo it is the largest. */
const HEAP_MB = 512;

/**
 * Makes the demo's history in a process of its own, whose memory is free again when it ends. Its lines
 * are told on; throws `RefusedStart` with the last one where it ends badly.
 */
export async function makeDemoHistory(
  { dataDir, out, places, scale }: Making & { dataDir: string },
  say: (line: string) => void,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [
      ...['--enable-source-maps', '--no-warnings', `--max-old-space-size=${HEAP_MB}`],
      '--max-semi-space-size=8',
      ...[join(__dirname, 'demo/main.js'), '--data-dir', dataDir, '--out', resolve(out)],
      ...['--scale', String(scale), ...(places === undefined ? [] : ['--places', resolve(places)])],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const stop = (signal: NodeJS.Signals): void => void child.kill(signal);
  process.once('SIGINT', stop).once('SIGTERM', stop);
  const ended = new Promise<number | null>((resolveEnd, reject) => {
    child.once('error', reject).once('close', (code) => resolveEnd(code));
  });
  let last = 'its history could not be made';
  for await (const line of createInterface({ input: child.stdout })) {
    say(line);
    last = line;
  }
  const code = await ended;
  process.off('SIGINT', stop).off('SIGTERM', stop);
  if (code !== 0) throw new RefusedStart(`the demo ends here: ${last}`);
}

/** Twelve hours. */
const LOGGED_IN_MS = 12 * 3_600_000;

/** Lines for a shell: tokens for `Authorization: Bearer …`, and ids to ask about. */
export async function readHandles(dataDir: string, issuer: DemoIssuer): Promise<readonly string[]> {
  const { logins, values } = JSON.parse(
    readFileSync(join(dataDir, 'handles.json'), 'utf8'),
  ) as Handles;
  const until = new Date(Date.now() + LOGGED_IN_MS);
  const tokens = Object.entries(logins).map(async ([name, { may, ...person }]) => {
    return `export ${name}=${await issuer.sign(person, until)} # ${may}`;
  });
  return [
    'To try it in another shell. The tokens are of an issuer that exists only in this demo.',
    ...(await Promise.all(tokens)),
    ...Object.entries(values).map(([name, value]) => `export ${name}=${value}`),
  ];
}
