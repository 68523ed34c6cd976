/** Reads one protobuf message: `while (reader.next())` a field, then its value or `skip`. */
export class MessageReader {
  field = 0;
  #wireType = 0;
  #at: number;
  readonly #bytes: Buffer;
  readonly #end: number;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = at;
    this.#end = end;
  }

  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = Number(this.varint());
    this.field = Math.floor(tag / 8);
    this.#wireType = tag % 8;
    return true;
  }

  /** A number up to 2^49, beyond that a bigint of 64 bits. */
  varint(): number | bigint {
    let value = 0;
    let scale = 1;
    const start = this.#at;
    for (let length = 1; length <= 7; length += 1) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
    this.#at = start;
    return this.#bigVarint();
  }

  text(): string {
    const end = this.#endOfField();
    const text = this.#bytes.toString('utf8', this.#at, end);
    this.#at = end;
    return text;
  }

  /** The whole of it as text, where it is no message after all. */
  whole(): string {
    return this.#bytes.toString('utf8', this.#at, this.#end);
  }

  /** Whether the whole of it is this text of ASCII, without making a string of it. */
  is(text: string): boolean {
    if (this.#end - this.#at !== text.length) return false;
    for (let at = 0; at < text.length; at += 1) {
      if (this.#bytes[this.#at + at] !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  message(): MessageReader {
    const end = this.#endOfField();
    const inner = new MessageReader(this.#bytes, this.#at, end);
    this.#at = end;
    return inner;
  }

  skip(): void {
    if (this.#wireType === 0) this.varint();
    else if (this.#wireType === 1) this.#at += 8;
    else if (this.#wireType === 2) this.#at = this.#endOfField();
    else if (this.#wireType === 5) this.#at += 4;
    else throw new RangeError(`no wire type ${this.#wireType}`);
    if (this.#at > this.#end) throw new RangeError('a field beyond the end of its message');
  }

  #bigVarint(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new RangeError('a varint of more than ten bytes');
  }

  #byte(): number {
    const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
    if (byte === undefined) throw new RangeError('a message that ends in a varint');
    this.#at += 1;
    return byte;
  }

  #endOfField(): number {
    const end = Number(this.varint()) + this.#at;
    if (end > this.#end) throw new RangeError('a field beyond the end of its message');
    return end;
  }
}
