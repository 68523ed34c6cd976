import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { instantOf, type Instant } from '@app/kernel';
import type { Clock } from '../clock/clock';
import { canonicalJson } from '../event-store/command-ids';
import type { Randomness } from '../ids/randomness';
import { isSignedBy, type Signed } from './day-roots';
import { syncFolderOf, writeProtected } from '../files/protected-file';

/** A key that signs, or signed, the days' roots. */
export type PublicKey = Readonly<{
  /** 32 bytes, hex. */
  key: string;
  madeAt: Instant;
  /** By the key before, so that who trusts the first trusts this one; null for the first. */
  endorsement: string | null;
}>;

/**
 * The key the days are signed with, in a file of its own that only its owner reads. A key that was
 * rotated out leaves its public half: what it signed can be verified, and nothing new be signed.
 */
export class AuditKeys {
  private constructor(
    readonly publicKeys: readonly PublicKey[],
    private readonly privateKey: KeyObject,
  ) {}

  /**
   * Reads the file, or makes it on the first start. Two programs starting at once end with one key.
   * @throws AuditKeyError in one line, when others can read it or it is no file of keys.
   */
  static open({ file, clock, randomness }: AuditKeysOptions): AuditKeys {
    const found = readStored(file);
    if (found) return AuditKeys.#of(file, found);
    const { key, privateKey } = newKey();
    const first = { key, madeAt: instantOf(clock.now()), endorsement: null };
    const draft = `${file}.${Buffer.from(randomness.bytes(6)).toString('hex')}`;
    try {
      writeProtected(draft, { version: 1, publicKeys: [first], privateKey });
    } catch (error) {
      throw new AuditKeyError(`audit keys ${file}: cannot be made: ${String(error)}`);
    }
    try {
      // Unlike a rename, a link never replaces what another program made meanwhile.
      linkSync(draft, file);
    } catch (error) {
      if (!isErrorOf(error, 'EEXIST')) throw error;
    } finally {
      unlinkSync(draft);
    }
    syncFolderOf(file);
    const made = readStored(file);
    if (made) return AuditKeys.#of(file, made);
    throw new AuditKeyError(`audit keys ${file}: vanished while they were made`);
  }

  /** What the file holds. @throws AuditKeyError where there is none, too: who only reads makes no key. */
  static read(file: string): AuditKeys {
    const found = readStored(file);
    if (found) return AuditKeys.#of(file, found);
    throw new AuditKeyError(`audit keys ${file}: no such file: restore it from its own backup`);
  }

  /** The key that signs now, hex. */
  get current(): string {
    return this.publicKeys.at(-1)?.key ?? '';
  }

  /** Ed25519, hex: the same for the same statement. */
  sign(statement: Signed): string {
    return sign(null, Buffer.from(canonicalJson(statement)), this.privateKey).toString('hex');
  }

  /** Makes a new key, endorsed by the one it takes the place of, which signs nothing any more. */
  static rotate(options: AuditKeysOptions): AuditKeys {
    const { file, clock } = options;
    const keys = AuditKeys.read(file);
    const { key, privateKey } = newKey();
    const madeAt = instantOf(clock.now());
    const endorsement = keys.sign(endorsed({ key, madeAt }, keys.current));
    const publicKeys = [...keys.publicKeys, { key, madeAt, endorsement }];
    // The draft's name is fixed and its making exclusive: it is the lock between two rotations.
    const draft = `${file}.new`;
    try {
      writeProtected(draft, { version: 1, publicKeys, privateKey });
    } catch (error) {
      if (!isErrorOf(error, 'EEXIST')) throw error;
      throw new AuditKeyError(
        `audit keys ${file}: ${draft} exists: a rotation is under way, or one was cut short and the ` +
          'file can be deleted',
      );
    }
    renameSync(draft, file);
    syncFolderOf(file);
    return AuditKeys.open(options);
  }

  static #of(file: string, { publicKeys, privateKey }: Stored): AuditKeys {
    const der = Buffer.from(privateKey, 'base64');
    const keys = new AuditKeys(
      publicKeys,
      createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }),
    );
    const probe = { key: keys.current };
    if (findUnendorsed(publicKeys) < 0 && isSignedBy(probe, keys.sign(probe))) return keys;
    throw new AuditKeyError(`audit keys ${file}: they do not fit together: restore the file`);
  }
}

export type AuditKeysOptions = Readonly<{ file: string; clock: Clock; randomness: Randomness }>;

/** One line for the person who starts the program; it never holds a key. */
export class AuditKeyError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AuditKeyError';
  }
}

/** The first key that the one before it does not answer for, 0 for an empty list; -1 for none. */
export function findUnendorsed(keys: readonly PublicKey[]): number {
  if (keys.length === 0) return 0;
  return keys.findIndex((each, at) => {
    const before = keys[at - 1];
    if (before === undefined) return each.endorsement !== null;
    return !isSignedBy(endorsed(each, before.key), each.endorsement ?? '');
  });
}

/** What the key before signs of a new one. */
const endorsed = ({ key, madeAt }: Pick<PublicKey, 'key' | 'madeAt'>, by: string) =>
  ({ format: 'carnet-audit-key/1', endorses: key, madeAt, key: by }) as const;

/** The private key is PKCS #8 DER, base64. */
type Stored = Readonly<{ version: 1; publicKeys: readonly PublicKey[]; privateKey: string }>;

function newKey(): { key: string; privateKey: string } {
  const made = generateKeyPairSync('ed25519');
  const der = made.publicKey.export({ format: 'der', type: 'spki' });
  const privateKey = made.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
  return { key: der.subarray(-32).toString('hex'), privateKey };
}

/** Undefined where there is no such file. The open file is judged, not its path. */
function readStored(file: string): Stored | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (isErrorOf(error, 'ENOENT')) return undefined;
    throw new AuditKeyError(`audit keys ${file}: cannot be opened: ${String(error)}`);
  }
  try {
    const mode = fstatSync(descriptor).mode & 0o777;
    if ((mode & 0o077) === 0) return parseStored(file, readFileSync(descriptor, 'utf8'));
    throw new AuditKeyError(
      `audit keys ${file}: others can reach it (mode ${mode.toString(8)}): chmod 600 it, and ask ` +
        'who read it',
    );
  } finally {
    closeSync(descriptor);
  }
}

function parseStored(file: string, text: string): Stored {
  let stored: Partial<Stored> | null = null;
  try {
    stored = JSON.parse(text) as Partial<Stored> | null;
  } catch {
    // The parser's own message would quote the key.
  }
  const { version, publicKeys, privateKey } = stored ?? {};
  if (version === 1 && Array.isArray(publicKeys) && typeof privateKey === 'string') {
    return { version, publicKeys, privateKey };
  }
  throw new AuditKeyError(`audit keys ${file}: no file of keys: restore it from its own backup`);
}

const isErrorOf = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
