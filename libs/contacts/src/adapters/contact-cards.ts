import type { KeyObject } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ErasableKeys, SealedFiles, type Randomness, type SealKeys } from '@app/platform';

/** Who to call, and how: personal data. What is not known is null. */
export type ContactCard = Readonly<{
  name: string;
  /** What the person does there. */
  duty: string | null;
  email: string | null;
  phone: string | null;
}>;

/**
 * The cards of contacts, outside the events, so that one can be erased for good: each is encrypted
 * under a key of its person (AES-256-GCM), and that key is a file of its own, sealed by the key ring.
 * Erasing is deleting the key: a card that somebody copied before is then noise.
 *
 * `contacts/{contactId}/{cardId}.sealed` are the cards, `contact-keys/{contactId}.sealed` the keys.
 */
export class ContactCards {
  readonly #keys: ErasableKeys;
  readonly #folder: string;
  readonly #randomness: Randomness;

  constructor(options: { dataDir: string; keys: SealKeys; randomness: Randomness }) {
    const { dataDir, keys, randomness } = options;
    this.#folder = join(dataDir, 'contacts');
    this.#randomness = randomness;
    const purpose = 'carnet/contact-key/v1';
    const folder = join(dataDir, 'contact-keys');
    this.#keys = new ErasableKeys({ folder, purpose, keys, randomness });
  }

  /** On disk when it answers. */
  async keep(contactId: string, cardId: string, card: ContactCard): Promise<void> {
    const key = await this.#keys.findOrMake(contactId);
    const plain = Buffer.from(JSON.stringify(card));
    await this.#cardsOf(contactId, key).keep(cardId, plain);
  }

  /** Earlier cards of the same person. */
  async dropAllBut(contactId: string, cardId: string): Promise<void> {
    const folder = join(this.#folder, contactId);
    const names = await readdir(folder).catch(() => []);
    for (const name of names.filter((each) => !each.startsWith(cardId))) {
      await rm(join(folder, name), { force: true });
    }
  }

  /** Undefined where its key or it itself is gone. @throws SealBroken when somebody changed it. */
  async find(contactId: string, cardId: string): Promise<ContactCard | undefined> {
    try {
      const key = await this.#keys.find(contactId);
      if (key === undefined) return undefined;
      const plain = await this.#cardsOf(contactId, key).readWhole(cardId);
      return JSON.parse(plain.toString()) as ContactCard;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  /** The key first: what a crash leaves behind nobody can read. Fine where there is nothing. */
  async erase(contactId: string): Promise<void> {
    await this.#keys.erase(contactId);
    await rm(join(this.#folder, contactId), { recursive: true, force: true });
  }

  /** Of whom there is a key. */
  listHeld(): Promise<readonly string[]> {
    return this.#keys.listHeld();
  }

  #cardsOf(contactId: string, key: KeyObject): SealedFiles {
    return new SealedFiles({
      folder: join(this.#folder, contactId),
      purpose: 'carnet/contact-card/v1',
      keys: { currentKeyId: contactId, masterKeyOf: () => key },
      randomness: this.#randomness,
    });
  }
}

const isMissing = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
