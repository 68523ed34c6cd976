import { Uint32Column } from './column';
import { crc32c } from './crc32c';
import { HashTable, mix } from './hash-table';

const ARENA_BYTES = 1 << 18;
const LENGTH_BYTES = 2;

/**
 * Numbers names (of streams, of event types) in the order of their first appearance. Names are
 * kept as UTF-8 outside the JavaScript heap: a million of them costs some 60 MB less than a Map.
 */
export class NameTable {
  size = 0;
  private readonly arenas: Buffer[] = [];
  private free = ARENA_BYTES;
  private readonly places = new Uint32Column();
  private readonly hashes = new Uint32Column();
  private readonly table = new HashTable((id) => this.hashes.get(id));

  /** The number of a name, -1 for one never seen. */
  find(name: Uint8Array): number {
    return this.findHashed(name, hashOf(name));
  }

  /** The number of a name, given now if it is new. Names are at most 65,535 bytes long. */
  intern(name: Uint8Array): number {
    const hash = hashOf(name);
    const known = this.findHashed(name, hash);
    if (known >= 0) return known;
    const id = this.size++;
    this.places.set(id, this.store(name));
    this.hashes.set(id, hash);
    this.table.insert(hash, id);
    return id;
  }

  /** A view: copy it to keep it. */
  bytes(id: number): Buffer {
    const place = this.places.get(id);
    const arena = this.arenas[Math.floor(place / ARENA_BYTES)]!;
    const at = place % ARENA_BYTES;
    const length = arena.readUInt16LE(at);
    return arena.subarray(at + LENGTH_BYTES, at + LENGTH_BYTES + length);
  }

  text(id: number): string {
    return this.bytes(id).toString('utf8');
  }

  private findHashed(name: Uint8Array, hash: number): number {
    return this.table.find(
      hash,
      (id) => this.hashes.get(id) === hash && this.bytes(id).equals(name),
    );
  }

  private store(name: Uint8Array): number {
    if (this.free + LENGTH_BYTES + name.length > ARENA_BYTES) {
      this.arenas.push(Buffer.allocUnsafeSlow(ARENA_BYTES));
      this.free = 0;
    }
    const arena = this.arenas.at(-1)!;
    arena.writeUInt16LE(name.length, this.free);
    arena.set(name, this.free + LENGTH_BYTES);
    const place = (this.arenas.length - 1) * ARENA_BYTES + this.free;
    this.free += LENGTH_BYTES + name.length;
    return place;
  }
}

function hashOf(name: Uint8Array): number {
  return mix(crc32c(name));
}
