import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Log } from './engine/logger';
import { type EventStoreOptions, type Storage, startEventStore } from './server';
import { hashPassword, parseUsers } from './wire/basic-auth';
import { backup } from './tools/backup';
import { inspect } from './tools/inspect';

const USAGE = `usage: event-store --dir DIR [--port 2113] [--host 127.0.0.1] [--cert FILE --key FILE --users FILE]
       event-store --in-memory [--port 2113] …
       event-store verify DIR
       event-store stats DIR
       event-store backup DIR TO
       event-store hash-password < PASSWORD`;

const OPTIONS = {
  dir: { type: 'string' },
  port: { type: 'string', default: '2113' },
  host: { type: 'string', default: '127.0.0.1' },
  'in-memory': { type: 'boolean', default: false },
  cert: { type: 'string' },
  key: { type: 'string' },
  users: { type: 'string' },
  'no-sync': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

type Flags = ReturnType<typeof readArguments>['values'];

/** Diagnostics go to stderr, one line each: stdout is for what was asked. */
const log: Log = {
  info: (message) => process.stderr.write(`event-store: ${message}\n`),
  warn: (message) => process.stderr.write(`event-store: warning: ${message}\n`),
  error: (message) => process.stderr.write(`event-store: error: ${message}\n`),
};

async function main(): Promise<void> {
  const { values, positionals } = readArguments();
  const [command, ...operands] = positionals;
  if (values.help) return print(USAGE);
  if (command === undefined) return serve(values);
  if (command === 'verify' && operands.length === 1) return verify(operands[0]!);
  if (command === 'stats' && operands.length === 1) return stats(operands[0]!);
  if (command === 'backup' && operands.length === 2) return runBackup(operands[0]!, operands[1]!);
  if (command === 'hash-password' && operands.length === 0) return printHash();
  throw new Error(`what is "${positionals.join(' ')}"?\n${USAGE}`);
}

function readArguments() {
  return parseArgs({ options: OPTIONS, allowPositionals: true });
}

async function serve(flags: Flags): Promise<void> {
  const store = await startEventStore(storageOf(flags), optionsOf(flags));
  print(`event-store: ready on ${store.connectionString}`);
  let isStopping = false;
  const stop = () => {
    if (isStopping) return;
    isStopping = true;
    store.stop().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function storageOf(flags: Flags): Storage {
  if (flags['in-memory']) {
    if (flags.dir !== undefined) throw new Error('--in-memory keeps nothing: leave --dir out');
    return { inMemory: true };
  }
  if (flags['no-sync']) throw new Error('--no-sync loses events: it is for --in-memory only');
  if (flags.dir === undefined) throw new Error(`--dir or --in-memory is required\n${USAGE}`);
  return { dir: flags.dir };
}

function optionsOf(flags: Flags): EventStoreOptions {
  const port = Number(flags.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new Error(`--port ${flags.port} is not a port`);
  }
  const { cert, key, users } = flags;
  if ((cert === undefined) !== (key === undefined)) {
    throw new Error('--cert and --key go together');
  }
  return {
    port,
    host: flags.host,
    logger: log,
    ...(cert !== undefined && key !== undefined
      ? { tls: { cert: readFileSync(cert), key: readFileSync(key) } }
      : {}),
    ...(users === undefined ? {} : { users: parseUsers(readFileSync(users, 'utf8')) }),
  };
}

function verify(dir: string): void {
  const { events, logBytes, tailBytes, missingBytes } = inspect(dir);
  if (missingBytes > 0)
    throw new Error(`${missingBytes} acknowledged bytes are missing at the end`);
  const tail = tailBytes > 0 ? `, ${tailBytes} bytes of an unfinished write after them` : '';
  print(`event-store: ${events} events in ${logBytes} bytes are whole${tail}`);
}

function stats(dir: string): void {
  print(JSON.stringify(inspect(dir)));
}

function runBackup(from: string, to: string): void {
  const { events, logBytes } = backup(from, to);
  print(`event-store: backed up ${events} events, ${logBytes} bytes`);
}

async function printHash(): Promise<void> {
  const password = readFileSync(0, 'utf8').replace(/\r?\n$/, '');
  if (password === '') throw new Error('give the password on standard input');
  print(await hashPassword(password));
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(error: unknown): void {
  process.stderr.write(`event-store: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
