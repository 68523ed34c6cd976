/**
 * Ids that were seen, in four megabytes however many they are: says for certain that one was not, and of
 * a hundred that were not it takes one for seen where there are two million, five where there are five
 * (Bloom's filter, three bits of one word for each id).
 */
export class SeenIds {
  readonly #words = new Int32Array(2 ** WORDS_LOG2);

  add(id: string): void {
    const hash = hashOf(id);
    const at = hash >>> (32 - WORDS_LOG2);
    this.#words[at] = (this.#words[at] ?? 0) | bitsOf(hash, id);
  }

  mayHave(id: string): boolean {
    const hash = hashOf(id);
    const bits = bitsOf(hash, id);
    return ((this.#words[hash >>> (32 - WORDS_LOG2)] ?? 0) & bits) === bits;
  }
}

const WORDS_LOG2 = 20;

/** FNV-1a over the last characters, the random ones of every kind of UUID. */
function hashOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let at = Math.max(0, id.length - 12); at < id.length; at += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193);
  }
  return hash;
}

/** Three bits of the part of the hash that does not name the word, mixed with what comes before the end. */
function bitsOf(hash: number, id: string): number {
  let mixed = hash;
  for (let at = Math.max(0, id.length - 18); at < id.length - 12; at += 1) {
    mixed = Math.imul(mixed ^ id.charCodeAt(at), 0x01000193);
  }
  mixed ^= mixed >>> 15;
  return (1 << mixed) | (1 << (mixed >>> 5)) | (1 << (mixed >>> 10));
}
