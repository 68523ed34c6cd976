const PARTITIONS = 256;

/**
 * Maps 32-bit hashes to numbers (which may collide: the caller says what matches). Cut into
 * partitions that grow one by one, so that no insert ever rehashes the whole table. Of several
 * matching numbers the one inserted first is found.
 */
export class HashTable {
  private readonly partitions: Uint32Array[] = [];
  private readonly used = new Uint32Array(PARTITIONS);

  constructor(private readonly hashOf: (value: number) => number) {
    for (let at = 0; at < PARTITIONS; at++) this.partitions.push(new Uint32Array(8));
  }

  insert(hash: number, value: number): void {
    const partition = hash >>> 24;
    let slots = this.partitions[partition]!;
    if (this.used[partition]! * 4 >= slots.length * 3) slots = this.grow(partition);
    place(slots, hash, value + 1);
    this.used[partition]!++;
  }

  /** The first value inserted under this hash that matches, -1 where there is none. */
  find(hash: number, matches: (value: number) => boolean): number {
    const slots = this.partitions[hash >>> 24]!;
    const mask = slots.length - 1;
    for (let at = hash & mask; ; at = (at + 1) & mask) {
      const stored = slots[at]!;
      if (stored === 0) return -1;
      if (matches(stored - 1)) return stored - 1;
    }
  }

  private grow(partition: number): Uint32Array {
    const old = this.partitions[partition]!;
    const values = old.filter((stored) => stored !== 0).sort();
    const slots = new Uint32Array(old.length * 2);
    for (const stored of values) place(slots, this.hashOf(stored - 1), stored);
    this.partitions[partition] = slots;
    return slots;
  }
}

/** Spreads the bits of a weak hash (the finalizer of MurmurHash3). */
export function mix(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function place(slots: Uint32Array, hash: number, stored: number): void {
  const mask = slots.length - 1;
  let at = hash & mask;
  while (slots[at] !== 0) at = (at + 1) & mask;
  slots[at] = stored;
}
