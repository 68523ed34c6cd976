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

  /** Makes room for so many more values at once, sparing the growing step by step. */
  reserve(more: number): void {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const expected = this.used[partition]! + more / PARTITIONS;
      let length = this.partitions[partition]!.length;
      while (expected * 4 > length * 3) length *= 2;
      if (length > this.partitions[partition]!.length) this.grow(partition, length);
    }
  }

  /** Goes round the old slots from a gap, so that equal hashes stay in the order they came. */
  private grow(partition: number, length = this.partitions[partition]!.length * 2): Uint32Array {
    const old = this.partitions[partition]!;
    const slots = new Uint32Array(length);
    const gap = old.indexOf(0);
    for (let step = 1; step < old.length; step++) {
      const stored = old[(gap + step) & (old.length - 1)]!;
      if (stored !== 0) place(slots, this.hashOf(stored - 1), stored);
    }
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
