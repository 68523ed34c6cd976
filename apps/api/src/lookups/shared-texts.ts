import type { RecordedEvent } from '@app/platform';

/** Beyond it, texts that are new stay as they came. */
const TEXTS_MAX = 200_000;

/**
 * One copy in memory of each id that thousands of books name: an order's, an agreement's, a place's.
 * A hundred thousand books then cost their own facts and not five UUIDs each.
 */
export class SharedTexts {
  readonly #texts = new Map<string, string>();

  /** The event with the shared copies of its ids. */
  share(event: RecordedEvent): RecordedEvent {
    const data: Record<string, unknown> = { ...event.data };
    for (const name of SHARED) {
      const text = data[name];
      if (typeof text === 'string') data[name] = this.#one(text);
    }
    // A redemption's id is its command's, and that is what its stream's memory keeps too.
    const { commandId } = event.metadata;
    if (data['redemptionId'] === commandId) data['redemptionId'] = commandId;
    return { ...event, data };
  }

  #one(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined || this.#texts.size >= TEXTS_MAX) return known ?? text;
    this.#texts.set(text, text);
    return text;
  }
}

const SHARED = [
  'orderId',
  'agreementId',
  'funderId',
  'prescriberId',
  'prescriberSiret',
  'department',
  'public',
  'placeId',
  'organisationId',
  'redeemedOn',
  'distributedOn',
] as const;
