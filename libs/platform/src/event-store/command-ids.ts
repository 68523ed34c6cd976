import { hash } from 'node:crypto';
import { uuidV5 } from '../ids/uuid';

/**
 * Ids that a repeat derives again (design.md, Exactly once). Parts are joined as JSON, so that no two
 * lists of parts make one name.
 */
const CARNET = 'd9d2a3a0-52f5-5e4c-9d0e-0f6b1c7e5a11';

/** A request's command id: one Idempotency-Key is one wish per caller's party and route. */
export function requestCommandId(input: {
  partyId: string;
  /** The route's template, e.g. `POST /v1/orders/{id}/delivery`. */
  route: string;
  idempotencyKey: string;
}): string {
  const { partyId, route, idempotencyKey } = input;
  const key = idempotencyKey.toLowerCase();
  return uuidV5(CARNET, `["http",${quoted(partyId)},${quoted(route)},${quoted(key)}]`);
}

/** The id of a process's command: what it sends because of one event, at one step. */
export function processCommandId(input: { sourceEventId: string; step: string }): string {
  return uuidV5(input.sourceEventId, input.step);
}

/** The id of what a timer wants on its due day (`YYYY-MM-DD`), however often it fires. */
export function timerCommandId(input: { process: string; timer: string; dueOn: string }): string {
  return uuidV5(CARNET, JSON.stringify(['timer', input.process, input.timer, input.dueOn]));
}

/**
 * The id of a command's event at an index. The store compares ids and never content, and answers an
 * append it already has with success. So the id also stands for the request and for what the event
 * says: the same command decided otherwise by another process then loses the race and is answered
 * with what was written first, instead of being told that its own words were.
 */
export function eventIdOf(input: {
  commandId: string;
  requestHash: string;
  index: number;
  /** What the event says, as it is written: the JSON of its data. */
  dataJson: string;
}): string {
  const { commandId, requestHash, index, dataJson } = input;
  return uuidV5(commandId, `${index}/${requestHash}/${dataJson}`);
}

/** SHA-256, hex, of a value's JSON with sorted keys: equal wishes hash alike. */
export function hashOf(value: unknown): string {
  return hash('sha256', canonicalJson(value), 'hex');
}

/** One text per value: keys sorted by their code units, no spaces (RFC 8785). */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(sorted(value)) ?? '';
}

/** A copy made before the text: a replacer that sorts while it is written costs half as much again. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'bigint' ? value.toString() : value;
  }
  if ('toJSON' in value) return value;
  if (Array.isArray(value)) return sortedItems(value);
  const given = value as Readonly<Record<string, unknown>>;
  const copy: Record<string, unknown> = {};
  for (const key of inOrder(Object.keys(given))) {
    const content = sorted(given[key]);
    // Assigned, it would become what the copy inherits from.
    if (key === '__proto__') Object.defineProperty(copy, key, { value: content, enumerable: true });
    else copy[key] = content;
  }
  return copy;
}

/** A loop, as no request is without: `map` and `fromEntries` take twice as long. */
function sortedItems(items: readonly unknown[]): unknown[] {
  const copy: unknown[] = [];
  for (const item of items) copy.push(sorted(item));
  return copy;
}

/** Above this, `sort` is done sooner. */
const FEW_KEYS = 16;

/** By their code units. Sorts what it is given. */
function inOrder(keys: string[]): string[] {
  if (keys.length > FEW_KEYS) return keys.sort();
  for (let sorted = 1; sorted < keys.length; sorted += 1) {
    for (let at = sorted; at > 0; at -= 1) {
      const [before = '', key = ''] = [keys[at - 1], keys[at]];
      if (before <= key) break;
      keys[at - 1] = key;
      keys[at] = before;
    }
  }
  return keys;
}

/** Its JSON, at a third of the price where nothing is written otherwise. */
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

const PLAIN = /^[ !#-[\]-~]*$/;
