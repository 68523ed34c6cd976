import { XMLParser } from 'fast-xml-parser';
import { type Cents, type Day, parseCents, sumCents } from '@app/kernel';

/** One transfer of a payment file, as the bank reads it. */
export type TransferOrder = Readonly<{
  endToEndId: string;
  amountCents: Cents;
  name: string;
  iban: string;
  remittance: string;
}>;

export type PaymentOrders = Readonly<{
  messageId: string;
  paymentInformationId: string;
  executionOn: Day;
  debtorIban: string;
  transfers: readonly TransferOrder[];
  /** Whether the sums and counts the file states are those of its transfers. */
  addsUp: boolean;
}>;

/**
 * Reads a pain.001.001.09 of one payment information, apart from the code that writes it.
 * @throws TypeError for anything else: a bank's gateway does not even answer to that.
 */
export function readPaymentOrders(content: Uint8Array): PaymentOrders {
  const message = at(PARSER.parse(new TextDecoder().decode(content)), 'Document/CstmrCdtTrfInitn');
  const payments = at(message, 'PmtInf');
  const transfers = listOf(payments, 'CdtTrfTxInf').map((each) => ({
    endToEndId: textAt(each, 'PmtId/EndToEndId'),
    amountCents: parseCents(textAt(each, 'Amt/InstdAmt/#text')),
    name: textAt(each, 'Cdtr/Nm'),
    iban: textAt(each, 'CdtrAcct/Id/IBAN'),
    remittance: textAt(each, 'RmtInf/Ustrd'),
  }));
  const totals = [at(message, 'GrpHdr'), payments];
  const sumInCents = sumCents(transfers.map(({ amountCents }) => amountCents));
  return {
    messageId: textAt(message, 'GrpHdr/MsgId'),
    paymentInformationId: textAt(payments, 'PmtInfId'),
    executionOn: textAt(payments, 'ReqdExctnDt/Dt'),
    debtorIban: textAt(payments, 'DbtrAcct/Id/IBAN'),
    transfers,
    addsUp: totals.every(
      (total) =>
        textAt(total, 'NbOfTxs') === String(transfers.length) &&
        parseCents(textAt(total, 'CtrlSum')) === sumInCents,
    ),
  };
}

const PARSER = new XMLParser({
  ignoreAttributes: false,
  parseTagValue: false,
  isArray: (name) => name === 'CdtTrfTxInf',
});

const at = (node: unknown, path: string): unknown =>
  path.split('/').reduce<unknown>((reached, name) => {
    const child = isElement(reached) ? reached[name] : undefined;
    if (child === undefined) throw new TypeError(`no payment file: ${path} is missing`);
    return child;
  }, node);

const textAt = (node: unknown, path: string): string => {
  const text = at(node, path);
  if (typeof text !== 'string') throw new TypeError(`no payment file: ${path} is no text`);
  return text;
};

const listOf = (node: unknown, name: string): readonly unknown[] => {
  const list = at(node, name);
  return Array.isArray(list) ? list : [list];
};

const isElement = (node: unknown): node is Readonly<Record<string, unknown>> =>
  typeof node === 'object' && node !== null && !Array.isArray(node);
