import { createSecretKey, type KeyObject } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
} from 'node:fs';
import { type Instant, instantOf, isInstant } from '@app/kernel';
import { syncFolderOf, writeProtected, type Clock, type Randomness } from '@app/platform';

/**
 * The master keys under which voucher codes are derived, in a file of their own outside the events:
 * whoever has it can print every voucher alive, and without it no voucher can be verified. Back it
 * up apart from the log. Keys are never removed; a new one serves the orders issued from then on.
 */
export class KeyRing {
  readonly #file: string;
  #keys: Keys;

  private constructor(file: string, keys: Keys) {
    this.#file = file;
    this.#keys = keys;
  }

  /**
   * Opens the file, or makes it on the first start, complete and readable by nobody else. Two
   * programs starting at once end with the same keys.
   * @throws KeyRingError in one line, when others can read it or it is not a key ring.
   */
  static open({ file, clock, randomness }: KeyRingOptions): KeyRing {
    const found = readKeys(file);
    if (found) return new KeyRing(file, found);
    const beneficiaryKey = encode(randomness.bytes(KEY_BYTES));
    const stored = { version: 1, beneficiaryKey, masterKeys: [newMasterKey(clock, randomness)] };
    const draft = `${file}.${encode(randomness.bytes(6))}`;
    try {
      writeProtected(draft, stored);
    } catch (error) {
      throw new KeyRingError(`key ring ${file}: cannot be made: ${String(error)}`);
    }
    try {
      // Unlike a rename, a link never replaces the key ring another program made meanwhile.
      linkSync(draft, file);
    } catch (error) {
      if (!isErrorOf(error, 'EEXIST')) throw error;
    } finally {
      unlinkSync(draft);
    }
    syncFolderOf(file);
    const made = readKeys(file);
    if (!made) throw new KeyRingError(`key ring ${file}: vanished while it was made`);
    return new KeyRing(file, made);
  }

  /** The key that orders issued now are derived under. */
  get currentKeyId(): string {
    return this.#keys.currentKeyId;
  }

  /** Whether memory or the file holds it: another program may have added it. */
  holds(keyId: string): boolean {
    if (!this.#keys.masterKeys.has(keyId)) this.#reload();
    return this.#keys.masterKeys.has(keyId);
  }

  /** @throws KeyRingError when neither memory nor the file holds it. */
  masterKeyOf(keyId: string): KeyObject {
    return this.#keys.masterKeys.get(keyId) ?? this.#reloaded(keyId);
  }

  /** For the references prescribers give their beneficiaries; it never changes. */
  get beneficiaryKey(): KeyObject {
    return this.#keys.beneficiaryKey;
  }

  /** Adds a new current key. Other programs find it in the file when they first meet its id. */
  rotate({ clock, randomness }: Pick<KeyRingOptions, 'clock' | 'randomness'>): string {
    const stored = parseStored(this.#file, readProtected(this.#file) ?? '');
    const added = newMasterKey(clock, randomness);
    // The draft's name is fixed and its making exclusive: it is the lock between two rotations.
    const draft = `${this.#file}.new`;
    try {
      writeProtected(draft, { ...stored, masterKeys: [...stored.masterKeys, added] });
    } catch (error) {
      if (!isErrorOf(error, 'EEXIST')) throw error;
      throw new KeyRingError(
        `key ring ${this.#file}: ${draft} exists: a rotation is under way, or one was cut short ` +
          'and the file can be deleted',
      );
    }
    renameSync(draft, this.#file);
    syncFolderOf(this.#file);
    this.#reload();
    return added.keyId;
  }

  #reloaded(keyId: string): KeyObject {
    this.#reload();
    const key = this.#keys.masterKeys.get(keyId);
    if (key) return key;
    throw new KeyRingError(
      `key ring ${this.#file}: no key ${keyId}: restore the file from its own backup; codes derived ` +
        'under that key can neither be printed nor verified without it',
    );
  }

  #reload(): void {
    const keys = readKeys(this.#file);
    if (keys) this.#keys = keys;
  }
}

/** One line for the person who starts the program; it never holds a key. */
export class KeyRingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'KeyRingError';
  }
}

export type KeyRingOptions = Readonly<{ file: string; clock: Clock; randomness: Randomness }>;

type Keys = Readonly<{
  currentKeyId: string;
  masterKeys: ReadonlyMap<string, KeyObject>;
  beneficiaryKey: KeyObject;
}>;

/** The file's JSON; keys are 32 bytes in base64url, the last master key is the current one. */
type Stored = Readonly<{
  version: number;
  beneficiaryKey: string;
  masterKeys: readonly StoredKey[];
}>;
type StoredKey = Readonly<{ keyId: string; madeAt: Instant; key: string }>;

const KEY_BYTES = 32;

function newMasterKey(clock: Clock, randomness: Randomness): StoredKey {
  const madeAt = instantOf(clock.now());
  const keyId = `${madeAt.slice(0, 10)}-${Buffer.from(randomness.bytes(4)).toString('hex')}`;
  return { keyId, madeAt, key: encode(randomness.bytes(KEY_BYTES)) };
}

function readKeys(file: string): Keys | undefined {
  const text = readProtected(file);
  if (text === undefined) return undefined;
  const { masterKeys, beneficiaryKey } = parseStored(file, text);
  return {
    currentKeyId: masterKeys.at(-1)?.keyId ?? '',
    masterKeys: new Map(masterKeys.map(({ keyId, key }) => [keyId, secretOf(key)])),
    beneficiaryKey: secretOf(beneficiaryKey),
  };
}

/** Its text, undefined where there is no such file. The open file is judged, not its path. */
function readProtected(file: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(file, 'r');
  } catch (error) {
    if (isErrorOf(error, 'ENOENT')) return undefined;
    throw new KeyRingError(`key ring ${file}: cannot be opened: ${String(error)}`);
  }
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new KeyRingError(`key ring ${file}: not a file`);
    const mode = stats.mode & 0o777;
    if ((mode & 0o077) === 0) return readFileSync(descriptor, 'utf8');
    throw new KeyRingError(
      `key ring ${file}: others can reach it (mode ${mode.toString(8)}): chmod 600 it, and ask ` +
        'who read it',
    );
  } finally {
    closeSync(descriptor);
  }
}

function parseStored(file: string, text: string): Stored {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    // The parser's own message would quote the keys.
    throw new KeyRingError(`key ring ${file}: not JSON: restore it from its own backup`);
  }
  if (isStored(stored)) return stored;
  throw new KeyRingError(`key ring ${file}: not a key ring: restore it from its own backup`);
}

function isStored(value: unknown): value is Stored {
  const { version, beneficiaryKey, masterKeys } = (value ?? {}) as Partial<Stored>;
  if (version !== 1 || !isKey(beneficiaryKey) || !Array.isArray(masterKeys)) return false;
  const ids = new Set(masterKeys.map((stored: StoredKey) => stored.keyId));
  return masterKeys.length > 0 && ids.size === masterKeys.length && masterKeys.every(isStoredKey);
}

function isStoredKey(value: unknown): value is StoredKey {
  const { keyId, madeAt, key } = (value ?? {}) as Partial<StoredKey>;
  return typeof keyId === 'string' && keyId !== '' && isInstant(madeAt) && isKey(key);
}

const isKey = (value: unknown): value is string =>
  typeof value === 'string' &&
  Buffer.from(value, 'base64url').length === KEY_BYTES &&
  encode(Buffer.from(value, 'base64url')) === value;

const secretOf = (key: string): KeyObject => createSecretKey(Buffer.from(key, 'base64url'));

const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');

const isErrorOf = (error: unknown, code: string): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === code;
