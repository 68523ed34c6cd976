import type { KeyObject } from 'node:crypto';
import { join } from 'node:path';
import {
  ErasableKeys,
  SealBroken,
  sealText,
  unsealText,
  type Randomness,
  type SealKeys,
} from '@app/platform';
import type {
  BankEntry,
  BankTransaction,
  RecordedBankEntry,
  RecordedTransaction,
  TransactionText,
} from '../contract';
import { ownEndToEndId } from '../domain/bank/end-to-end-ids';
import { present } from '../domain/present';

/** A key for each report: of its file, and of what its entries say in words. */
export class BankReportKeys extends ErasableKeys {
  constructor(options: Readonly<{ dataDir: string; keys: SealKeys; randomness: Randomness }>) {
    const { dataDir, keys, randomness } = options;
    const folder = join(dataDir, 'bank-report-keys');
    super({ folder, purpose: 'carnet/bank-report-key/v1', keys, randomness });
  }
}

/** A text as views keep it: sealed, or in clear as older entries have it. */
export type KeptText = Readonly<{
  reportId: string;
  entryId: string;
  /** Place in the entry, from 0. */
  transaction: number;
  text: string | TransactionText;
}>;

/** An append holds 1 MiB; beyond this an entry of very many transactions is kept without their texts. */
const TEXTS_LENGTH_MAX = 700_000;
const TRANSACTIONS_MAX = 8_000;
/** After that somebody else may have erased it. */
const KEY_HELD_MS = 1_000;

/**
 * What the bank wrote in words, sealed under its report's key before it gets into the log: who paid,
 * from which account, what for. Without the key it is as if the bank had written none.
 */
export class BankTexts {
  #held: Readonly<{ reportId: string; key: KeyObject; untilMs: number }> | undefined;

  constructor(private readonly keys: BankReportKeys) {}

  /** The same entry of the same report is the same bytes. */
  async seal(
    { reportId, entryId }: Readonly<{ reportId: string; entryId: string }>,
    { transactions, ...entry }: BankEntry,
  ): Promise<RecordedBankEntry> {
    const kept = transactions.length <= TRANSACTIONS_MAX ? transactions : [];
    const key =
      this.#heldOf(reportId) ?? this.#hold(reportId, await this.keys.findOrMake(reportId));
    const recorded = kept.map((each, transaction) =>
      sealTransaction(each, (text) => sealText(key, placeOf({ entryId, transaction }), text)),
    );
    const length = recorded.reduce((sum, { text = '' }) => sum + text.length, 0);
    if (length <= TEXTS_LENGTH_MAX) return { ...entry, transactions: recorded };
    return { ...entry, transactions: recorded.map(({ text: _, ...clear }) => clear) };
  }

  /** The entry as the bank wrote it, as far as its key is there. */
  async open(
    { reportId, entryId }: Readonly<{ reportId: string; entryId: string }>,
    { transactions, ...entry }: RecordedBankEntry,
  ): Promise<BankEntry> {
    const reader = new TextReader(async () => {
      const found = this.#heldOf(reportId) ?? (await this.keys.find(reportId));
      return found && this.#hold(reportId, found);
    });
    const opened: BankTransaction[] = [];
    for (const [transaction, { text, ...clear }] of transactions.entries()) {
      const words = text && (await reader.read({ reportId, entryId, transaction, text }));
      opened.push({ ...words, ...clear });
    }
    return { ...entry, transactions: opened };
  }

  /** For one answer: reads each key once, and none again. */
  reader(): TextReader {
    return new TextReader((reportId) => this.keys.find(reportId));
  }

  /** The entries of a report come one upon the other: a key that was read a moment ago will do. */
  #heldOf(reportId: string): KeyObject | undefined {
    const held = this.#held;
    return held?.reportId === reportId && performance.now() < held.untilMs ? held.key : undefined;
  }

  #hold(reportId: string, key: KeyObject): KeyObject {
    if (this.#heldOf(reportId) === undefined) {
      this.#held = { reportId, key, untilMs: performance.now() + KEY_HELD_MS };
    }
    return key;
  }
}

export class TextReader {
  readonly #found = new Map<string, Promise<KeyObject | undefined>>();

  constructor(private readonly find: (reportId: string) => Promise<KeyObject | undefined>) {}

  /** Empty where its key is gone, or is not the one that it was sealed under. */
  async read({ reportId, entryId, transaction, text }: KeptText): Promise<TransactionText> {
    if (typeof text !== 'string') return text;
    const finding = this.#found.get(reportId) ?? this.find(reportId);
    this.#found.set(reportId, finding);
    const key = await finding;
    if (key === undefined) return {};
    try {
      const words = unsealText(key, placeOf({ entryId, transaction }), text);
      return JSON.parse(words) as TransactionText;
    } catch (error) {
      if (error instanceof SealBroken) return {};
      throw error;
    }
  }
}

const placeOf = ({ entryId, transaction }: Pick<KeptText, 'entryId' | 'transaction'>): string =>
  `carnet/bank-text/v1/${entryId}/${transaction}`;

/** In clear: amounts, codes, and end-to-end ids of ours, which say nothing but which payment it is. */
function sealTransaction(
  { amountCents, returnReason, endToEndId, ...words }: BankTransaction,
  seal: (text: string) => string,
): RecordedTransaction {
  const own = endToEndId === undefined ? undefined : ownEndToEndId(endToEndId);
  const text = { ...words, ...(own === undefined && present({ endToEndId })) };
  const sealed = Object.keys(text).length > 0 ? seal(JSON.stringify(text)) : undefined;
  return { amountCents, ...present({ endToEndId: own, returnReason, text: sealed }) };
}
