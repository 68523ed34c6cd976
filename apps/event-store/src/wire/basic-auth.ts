import { createHash, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { UNAUTHENTICATED, accessDenied } from './grpc-status';
import type { Method } from './grpc-server';

/** Names and password hashes as `hashPassword` makes them. */
export type Users = ReadonlyMap<string, string>;

const SCHEME = 'scrypt';
const KEY_BYTES = 32;
/** OWASP's parameters for scrypt, 2024: N = 2^15, r = 8, p = 3. */
const COST = { N: 2 ** 15, r: 8, p: 3, maxmem: 64 * 1024 * 1024 };
/** Credentials known to be good, so that scrypt runs once per connection string, not per call. */
const REMEMBERED_MAX = 1000;
const derive = promisify<string, Buffer, number, typeof COST, Buffer>(scrypt);

/** `scrypt:<salt>:<key>`, both base64url, for a line `name:hash` of the users file. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, KEY_BYTES, COST);
  return [SCHEME, salt.toString('base64url'), key.toString('base64url')].join(':');
}

/** Reads a users file: `name:hash` a line, `#` comments. Throws naming the first bad line. */
export function parseUsers(text: string): Users {
  const users = new Map<string, string>();
  for (const [at, line] of text.split('\n').entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const parts = /^([^:]+):(scrypt:[\w-]{22}:[\w-]{43})$/.exec(trimmed);
    if (!parts) throw new Error(`line ${at + 1} of the users file is not name:scrypt:salt:key`);
    users.set(parts[1]!, parts[2]!);
  }
  if (users.size === 0) throw new Error('the users file names nobody');
  return users;
}

/** Lets a call through to the method once its caller has shown a name and password. */
export function requireUser(users: Users, method: Method): Method {
  const remembered = rememberedOf(users);
  return (call) => {
    const header = call.headers.authorization ?? '';
    const digest = createHash('sha256').update(header).digest('base64');
    if (remembered.has(digest)) return method(call);
    void isKnown(users, header).then((known) =>
      call.guard(() => {
        if (!known) throw accessDenied(UNAUTHENTICATED);
        if (remembered.size >= REMEMBERED_MAX) remembered.clear();
        remembered.add(digest);
        method(call);
      }),
    );
  };
}

const memories = new WeakMap<Users, Set<string>>();

function rememberedOf(users: Users): Set<string> {
  let memory = memories.get(users);
  if (!memory) memories.set(users, (memory = new Set()));
  return memory;
}

async function isKnown(users: Users, header: string): Promise<boolean> {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(header)?.[1];
  if (encoded === undefined) return false;
  const [, name = '', password = ''] =
    /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString('utf8')) ?? [];
  // An unknown name takes as long as a wrong password.
  const [, salt = '', key = ''] = (users.get(name) ?? DUMMY).split(':');
  const given = await derive(password, Buffer.from(salt, 'base64url'), KEY_BYTES, COST);
  const matches = timingSafeEqual(given, Buffer.from(key, 'base64url'));
  return matches && users.has(name);
}

const DUMMY = [
  SCHEME,
  randomBytes(16).toString('base64url'),
  randomBytes(KEY_BYTES).toString('base64url'),
].join(':');
