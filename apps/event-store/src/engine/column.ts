/** Entries per chunk: growing never copies what is there, and never doubles memory. */
const CHUNK = 1 << 14;

/** A growing list of 32-bit unsigned numbers outside the JavaScript heap. */
export class Uint32Column {
  private readonly chunks: Uint32Array[] = [];

  get(at: number): number {
    return this.chunks[at >>> 14]![at & (CHUNK - 1)]!;
  }

  set(at: number, value: number): void {
    const chunk = at >>> 14;
    while (this.chunks.length <= chunk) this.chunks.push(new Uint32Array(CHUNK));
    this.chunks[chunk]![at & (CHUNK - 1)] = value;
  }
}

/** A growing list of positions: integers up to 2^53. */
export class PositionColumn {
  private readonly chunks: Float64Array[] = [];

  get(at: number): number {
    return this.chunks[at >>> 14]![at & (CHUNK - 1)]!;
  }

  set(at: number, value: number): void {
    const chunk = at >>> 14;
    while (this.chunks.length <= chunk) this.chunks.push(new Float64Array(CHUNK));
    this.chunks[chunk]![at & (CHUNK - 1)] = value;
  }
}
