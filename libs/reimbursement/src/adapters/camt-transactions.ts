import { sumCents } from '@app/kernel';
import type { BankEntry, BankTransaction } from '../contract';
import { present } from '../domain/present';
import { childOf, childrenOf, type Node, textOf } from './bank-xml';
import { amountOf } from './camt-amount';

type EntryAmount = Pick<BankEntry, 'amountCents' | 'direction' | 'reversal'>;
type Details = Pick<BankEntry, 'transactions' | 'messageId' | 'paymentInformationId'>;

/**
 * What the bank itemises of an entry. Transactions count only if they add up to it, all in its own
 * direction; otherwise there are none, and the entry is one sum that a person looks at.
 */
export function readTransactions(entry: Node, entryAmount: EntryAmount): Details {
  const details = childrenOf(entry, 'NtryDtls');
  const nodes = details.flatMap((each) => childrenOf(each, 'TxDtls'));
  const ids = {
    messageId: onlyOne([
      ...details.map((each) => textOf(each, 'Btch', 'MsgId')),
      ...nodes.map((node) => textOf(node, 'Refs', 'MsgId')),
    ]),
    paymentInformationId: onlyOne([
      ...details.map((each) => textOf(each, 'Btch', 'PmtInfId')),
      ...nodes.map((node) => textOf(node, 'Refs', 'PmtInfId')),
    ]),
  };
  return { ...present(ids), transactions: itemised(nodes, entryAmount) };
}

function itemised(nodes: readonly Node[], entry: EntryAmount): readonly BankTransaction[] {
  const code = entry.direction === 'credit' ? 'CRDT' : 'DBIT';
  const sameWay = nodes.every((node) => (textOf(node, 'CdtDbtInd') ?? code) === code);
  const amounts = nodes.map((node) => amountOfTransaction(node));
  const [single, ...others] = nodes;
  // Alone, a transaction is the whole entry, and many banks do not repeat its amount.
  if (others.length === 0 && amounts[0] === undefined) amounts[0] = entry.amountCents;
  const known = amounts.filter((amount) => amount !== undefined);
  const addsUp = known.length === nodes.length && sumCents(known) === entry.amountCents;
  if (single === undefined || !sameWay || !addsUp) return [];
  return nodes.map((node, index) => readTransaction(node, known[index] ?? 0, entry));
}

/** Version 02 has it among the details, version 08 at the top as well. */
function amountOfTransaction(node: Node): number | undefined {
  const amount = childOf(node, 'Amt') ?? childOf(node, 'AmtDtls', 'TxAmt', 'Amt');
  return amount === undefined ? undefined : amountOf(amount);
}

function readTransaction(
  node: Node,
  amountCents: number,
  { direction, reversal }: EntryAmount,
): BankTransaction {
  const returned = childOf(node, 'RtrInf');
  const returnReason = textOf(returned, 'Rsn', 'Cd') ?? textOf(returned, 'Rsn', 'Prtry');
  // A return names the parties of what it returns, so the other side is its creditor.
  const isReturn = returned !== undefined || reversal;
  const role = (direction === 'credit') === isReturn ? 'Cdtr' : 'Dbtr';
  const parties = childOf(node, 'RltdPties');
  const endToEndId = textOf(node, 'Refs', 'EndToEndId');
  return {
    amountCents,
    ...present({
      endToEndId: endToEndId === 'NOTPROVIDED' ? undefined : endToEndId,
      counterpartyName: textOf(parties, role, 'Pty', 'Nm') ?? textOf(parties, role, 'Nm'),
      counterpartyIban: textOf(parties, `${role}Acct`, 'Id', 'IBAN'),
      remittance: remittanceOf(node),
      returnReason,
    }),
  };
}

function remittanceOf(node: Node): string | undefined {
  const information = childOf(node, 'RmtInf');
  const unstructured = childrenOf(information, 'Ustrd').map((each) => textOf(each));
  const structured = childrenOf(information, 'Strd').map((each) =>
    textOf(each, 'CdtrRefInf', 'Ref'),
  );
  const texts = [...unstructured, ...structured].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join(' ').slice(0, REMITTANCE_MAX);
}

const REMITTANCE_MAX = 500;

/** The one value they all have, as far as they have any. */
function onlyOne(values: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = new Set(values.filter((value) => value !== undefined));
  return others.length === 0 ? first : undefined;
}
