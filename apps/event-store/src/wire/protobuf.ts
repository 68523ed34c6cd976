/**
 * Just enough of the protobuf encoding (https://protobuf.dev/programming-guides/encoding) for the
 * few messages we speak, written by hand: the generated code costs more than the append itself.
 */
export class MalformedMessage extends Error {
  constructor(reason: string) {
    super(`malformed message: ${reason}`);
    this.name = 'MalformedMessage';
  }
}

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH_DELIMITED = 2;
export const FIXED32 = 5;

/** Walks the fields of one message: `next()`, then the getter that fits, or `skip()`. */
export class ProtoReader {
  field = 0;
  private wireType = 0;

  constructor(
    private readonly bytes: Buffer,
    private at = 0,
    private readonly end = bytes.length,
  ) {}

  next(): boolean {
    if (this.at >= this.end) return false;
    const tag = this.readVarint();
    this.field = Math.floor(tag / 8);
    this.wireType = tag % 8;
    if (this.field === 0) throw new MalformedMessage('field 0');
    return true;
  }

  /** Unsigned; exact up to 2^53, beyond it the nearest number. */
  uint(): number {
    this.expect(VARINT);
    return this.readVarint();
  }

  bool(): boolean {
    return this.uint() !== 0;
  }

  /** A view of the message's bytes. */
  view(): Buffer {
    this.expect(LENGTH_DELIMITED);
    const length = this.readVarint();
    const start = this.at;
    if (length > this.end - start) throw new MalformedMessage('a field runs past its message');
    this.at = start + length;
    return this.bytes.subarray(start, this.at);
  }

  text(): string {
    return this.view().toString('utf8');
  }

  message(): ProtoReader {
    this.expect(LENGTH_DELIMITED);
    const length = this.readVarint();
    const start = this.at;
    if (length > this.end - start) throw new MalformedMessage('a message runs past its parent');
    this.at = start + length;
    return new ProtoReader(this.bytes, start, this.at);
  }

  skip(): void {
    if (this.wireType === VARINT) this.readVarint();
    else if (this.wireType === LENGTH_DELIMITED) this.view();
    else if (this.wireType === FIXED64) this.advance(8);
    else if (this.wireType === FIXED32) this.advance(4);
    else throw new MalformedMessage(`wire type ${this.wireType}`);
  }

  fixed64(): Buffer {
    this.expect(FIXED64);
    this.advance(8);
    return this.bytes.subarray(this.at - 8, this.at);
  }

  /** A varint as its eight bytes, big-endian: for numbers that are bit patterns. */
  bits64(): Buffer {
    this.expect(VARINT);
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) {
        const bits = Buffer.alloc(8);
        bits.writeBigUInt64BE(BigInt.asUintN(64, value));
        return bits;
      }
    }
    throw new MalformedMessage('a varint longer than 10 bytes');
  }

  private expect(wireType: number): void {
    if (this.wireType === wireType) return;
    throw new MalformedMessage(`field ${this.field} has wire type ${this.wireType}`);
  }

  private advance(length: number): void {
    if (length > this.end - this.at) throw new MalformedMessage('a field runs past its message');
    this.at += length;
  }

  private byte(): number {
    if (this.at >= this.end) throw new MalformedMessage('a varint runs past its message');
    return this.bytes[this.at++]!;
  }

  private readVarint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    for (let scale = 128, read = 1; read < 10; scale *= 128, read++) {
      byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new MalformedMessage('a varint longer than 10 bytes');
  }
}

/**
 * Writes a message from its end to its beginning, so that the length of what is inside is known
 * when its tag is written: fields are given last first. One writer, reused for every message.
 */
export class ProtoWriter {
  private buffer = Buffer.allocUnsafeSlow(1 << 16);
  private at = this.buffer.length;

  /** Where the writing stands: give it to `close` to make a message of what follows. */
  get mark(): number {
    return this.buffer.length - this.at;
  }

  /** Makes one embedded message of all that was written since `mark`. */
  close(field: number, mark: number): void {
    const length = this.mark - mark;
    this.varint(length);
    this.tag(field, LENGTH_DELIMITED);
  }

  bytes(field: number, value: Uint8Array): void {
    this.raw(value);
    this.varint(value.length);
    this.tag(field, LENGTH_DELIMITED);
  }

  text(field: number, value: string): void {
    this.bytes(field, Buffer.from(value, 'utf8'));
  }

  uint(field: number, value: number | bigint): void {
    this.varint(value);
    this.tag(field, VARINT);
  }

  /** A message without fields. */
  empty(field: number): void {
    this.close(field, this.mark);
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.at -= value.length;
    this.buffer.set(value, this.at);
  }

  /** The message behind gRPC's prefix of five bytes (not compressed, length), a copy. */
  take(): Buffer {
    const length = this.mark;
    const message = Buffer.allocUnsafe(5 + length);
    message[0] = 0;
    message.writeUInt32BE(length, 1);
    this.buffer.copy(message, 5, this.at);
    this.clear();
    return message;
  }

  clear(): void {
    if (this.buffer.length > 1 << 18) this.buffer = Buffer.allocUnsafeSlow(1 << 16);
    this.at = this.buffer.length;
  }

  private tag(field: number, wireType: number): void {
    this.varint(field * 8 + wireType);
  }

  private varint(value: number | bigint): void {
    this.reserve(10);
    const start = this.at - varintBytes(value);
    let rest = value;
    let at = start;
    if (typeof rest === 'bigint') {
      for (; rest > 0x7fn; rest >>= 7n) this.buffer[at++] = Number(rest & 0x7fn) | 0x80;
      this.buffer[at] = Number(rest);
    } else {
      for (; rest > 0x7f; rest = Math.floor(rest / 128)) this.buffer[at++] = (rest % 128) | 0x80;
      this.buffer[at] = rest;
    }
    this.at = start;
  }

  private reserve(length: number): void {
    if (length <= this.at) return;
    const used = this.mark;
    const grown = Buffer.allocUnsafeSlow(Math.max(2 * this.buffer.length, used + length));
    this.buffer.copy(grown, grown.length - used, this.at);
    this.buffer = grown;
    this.at = grown.length - used;
  }
}

function varintBytes(value: number | bigint): number {
  let bytes = 1;
  if (typeof value === 'bigint') for (let rest = value; rest > 0x7fn; rest >>= 7n) bytes++;
  else for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
