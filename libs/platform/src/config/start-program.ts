import { inspect } from 'node:util';
import { ConfigError } from './config';

/** sysexits.h: something was found in an unconfigured or misconfigured state. */
const EX_CONFIG = 78;

/** sysexits.h: a service (here a port) is unavailable. */
const EX_UNAVAILABLE = 69;

/**
 * Runs a program's start. What an operator can put right (configuration, a busy port) ends it with one
 * line on stderr; anything else is a programmer's error and shows its stack.
 */
export async function startProgram(name: string, start: () => Promise<unknown>): Promise<void> {
  try {
    await start();
  } catch (error) {
    const known = explain(error);
    process.stderr.write(`${known === undefined ? inspect(error) : `${name}: ${known.line}`}\n`);
    process.exit(known?.exitCode ?? 1);
  }
}

function explain(error: unknown): { line: string; exitCode: number } | undefined {
  if (error instanceof ConfigError) return { line: error.message, exitCode: EX_CONFIG };
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  const { code, address, port } = error as NodeJS.ErrnoException & {
    address?: string;
    port?: number;
  };
  if (code === 'EADDRINUSE') {
    const where = port === undefined ? address : `port ${port} of ${address}`;
    return { line: `${where} is used by another program`, exitCode: EX_UNAVAILABLE };
  }
  if (code === 'EACCES' && port !== undefined) {
    return { line: `port ${port} of ${address} needs more rights`, exitCode: EX_UNAVAILABLE };
  }
  return undefined;
}
