import { createHmac, timingSafeEqual } from 'node:crypto';
import { badRequest } from './problem';

/** Where a page ended: the sort key of its last item. */
export type PageKey = readonly (string | number)[];

const MAC_LENGTH = 16;

/**
 * Cursors are opaque to callers and hold for one list only: an HMAC binds them to the route, the
 * filters and the party, so that one cut, altered or taken elsewhere is refused.
 */
export class Cursors {
  constructor(private readonly key: Buffer) {}

  /** `scope` names the list: route, filters and party. */
  write(scope: string, last: PageKey): string {
    const payload = Buffer.from(JSON.stringify(last));
    return Buffer.concat([this.#mac(scope, payload), payload]).toString('base64url');
  }

  /** Throws `Problem` `cursor_invalid`. */
  read(scope: string, cursor: string): PageKey {
    const bytes = Buffer.from(cursor, 'base64url');
    const [mac, payload] = [bytes.subarray(0, MAC_LENGTH), bytes.subarray(MAC_LENGTH)];
    const wellFormed = bytes.length > MAC_LENGTH && bytes.toString('base64url') === cursor;
    if (wellFormed && timingSafeEqual(mac, this.#mac(scope, payload))) {
      return JSON.parse(payload.toString()) as PageKey;
    }
    throw badRequest('cursor_invalid', 'The cursor is not of this list with these filters.');
  }

  #mac(scope: string, payload: Buffer): Buffer {
    const mac = createHmac('sha256', this.key).update(`${scope.length}:${scope}`).update(payload);
    return mac.digest().subarray(0, MAC_LENGTH);
  }
}
