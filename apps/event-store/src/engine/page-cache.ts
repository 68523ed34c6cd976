import type { Segment } from './segment';

const PAGE_BYTES = 1 << 16;
const PAGES_MAX = 128;

type Page = { readonly bytes: Buffer; length: number };

/**
 * The parts of the log read last, at most 8 MiB whatever the number of readers. What is appended
 * goes into a page that is already here, so live subscribers cause no read.
 */
export class PageCache {
  private readonly pages = new Map<number, Page>();

  /** A view of durable bytes of the segment, valid until the next call. */
  read(segment: Segment, offset: number, length: number): Buffer {
    const inPage = offset % PAGE_BYTES;
    if (inPage + length <= PAGE_BYTES) {
      const page = this.page(segment, offset, inPage + length);
      return page.bytes.subarray(inPage, inPage + length);
    }
    const whole = Buffer.allocUnsafe(length);
    for (let done = 0; done < length;) {
      const at = (offset + done) % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - at, length - done);
      const page = this.page(segment, offset + done, at + part);
      page.bytes.copy(whole, done, at, at + part);
      done += part;
    }
    return whole;
  }

  /** The bytes just became durable at this offset. */
  appended(segment: Segment, offset: number, bytes: Buffer): void {
    for (let done = 0; done < bytes.length;) {
      const at = (offset + done) % PAGE_BYTES;
      const part = Math.min(PAGE_BYTES - at, bytes.length - done);
      const page = this.pages.get(keyOf(segment, offset + done));
      if (page?.length === at) {
        bytes.copy(page.bytes, at, done, done + part);
        page.length += part;
      }
      done += part;
    }
  }

  private page(segment: Segment, offset: number, needed: number): Page {
    const key = keyOf(segment, offset);
    let page = this.pages.get(key);
    if (page) this.pages.delete(key);
    else page = { bytes: this.freeBuffer(), length: 0 };
    if (page.length < needed) {
      const start = offset - (offset % PAGE_BYTES);
      const wanted = Math.min(PAGE_BYTES, segment.size - start);
      page.length = segment.file.read(page.bytes, start, wanted);
      if (page.length < needed) {
        throw new Error(`${segment.name} ends at byte ${start + page.length}`);
      }
    }
    this.pages.set(key, page);
    return page;
  }

  private freeBuffer(): Buffer {
    if (this.pages.size < PAGES_MAX) return Buffer.allocUnsafeSlow(PAGE_BYTES);
    const [oldest, page] = this.pages.entries().next().value!;
    this.pages.delete(oldest);
    return page.bytes;
  }
}

/** No two segments begin with the same event, and none has 2^20 pages. */
function keyOf(segment: Segment, offset: number): number {
  return segment.firstSequence * 2 ** 20 + Math.floor(offset / PAGE_BYTES);
}
