import { type Day, formatCents, isDay, parisDayOf, parseInstant, sumCents } from '@app/kernel';
import type { BankEntry } from '../contract';
import { present } from '../domain/present';
import { type ReportRefusal, refuse } from '../domain/refuse';
import type { ReadStatement } from '../domain/bank/read-report';
import { attributeOf, childOf, childrenOf, type Node, needTextOf, textOf } from './bank-xml';
import { amountOf, signedAmountOf } from './camt-amount';
import { readTransactions } from './camt-transactions';

/**
 * The statements of a camt.053 or notifications of a camt.054, one after the other. Each is of the
 * account and in euros, and a statement's opening balance and booked entries make its closing balance.
 * @throws DomainError `account_foreign`, `currency_foreign`, `camt_amount`, `balance_missing`,
 *   `balance_differs`, `xml_malformed`.
 */
export function readStatements(message: Node, iban: string): readonly ReadStatement[] {
  const statements = childrenOf(message, 'Stmt');
  const notifications = childrenOf(message, 'Ntfctn');
  const all = [...statements, ...notifications];
  if (all.length === 0) return refuse('xml_malformed', { element: 'Stmt' });
  const reasons = all.flatMap((each): readonly ReportRefusal[] => [
    ...(isOfAccount(each, iban) ? [] : (['account_foreign'] as const)),
    ...(isInEuros(each) ? [] : (['currency_foreign'] as const)),
  ]);
  // The account comes first: of somebody else's money not even the currency is our business.
  const reason = reasons.find((each) => each === 'account_foreign') ?? reasons[0];
  if (reason !== undefined) return refuse(reason, { reasons: [...new Set(reasons)].sort() });
  return [...statements.map(readStatement), ...notifications.map(readNotification)];
}

function readStatement(statement: Node): ReadStatement {
  const entries = childrenOf(statement, 'Ntry').map(readEntry);
  const openingCents = balanceOf(statement, ['OPBD', 'PRCD']);
  const closingCents = balanceOf(statement, ['CLBD']);
  const booked = entries.filter(({ status }) => status === 'booked');
  // Subtracted and not negated: a debit of nothing must not become negative zero.
  const changes = booked.map((entry) =>
    entry.direction === 'credit' ? entry.amountCents : 0 - entry.amountCents,
  );
  const reachedCents = sumCents([openingCents, ...changes]);
  const statementId = needTextOf(statement, 'Id');
  if (reachedCents !== closingCents) {
    const closing = formatCents(closingCents);
    return refuse('balance_differs', { statementId, closing, reached: formatCents(reachedCents) });
  }
  const period = bookedPeriodOf(statement);
  return { source: 'statement', statementId, openingCents, closingCents, ...period, entries };
}

const readNotification = (notification: Node): ReadStatement => ({
  source: 'notification',
  statementId: needTextOf(notification, 'Id'),
  ...periodOf(notification),
  entries: childrenOf(notification, 'Ntry').map(readEntry),
});

function readEntry(entry: Node): BankEntry {
  const amountCents = amountOf(childOf(entry, 'Amt'));
  const direction = directionOf(entry);
  const reversal = textOf(entry, 'RvslInd') === 'true';
  const optional = {
    bookedOn: findDay(childOf(entry, 'BookgDt')),
    valueOn: findDay(childOf(entry, 'ValDt')),
    reference: meaningful(textOf(entry, 'AcctSvcrRef')),
  };
  const details = readTransactions(entry, { amountCents, direction, reversal });
  return {
    amountCents,
    direction,
    reversal,
    status: statusOf(entry),
    ...present(optional),
    ...details,
  };
}

/** Version 02 has the code itself, version 08 one level deeper. */
function statusOf(entry: Node): BankEntry['status'] {
  const code = textOf(entry, 'Sts', 'Cd') ?? needTextOf(entry, 'Sts');
  if (code === 'BOOK') return 'booked';
  if (code === 'PDNG' || code === 'FUTR') return 'pending';
  return code === 'INFO' ? 'information' : refuse('xml_malformed', { element: 'Sts' });
}

export function directionOf(node: Node): BankEntry['direction'] {
  const code = needTextOf(node, 'CdtDbtInd');
  if (code === 'CRDT') return 'credit';
  return code === 'DBIT' ? 'debit' : refuse('xml_malformed', { element: 'CdtDbtInd' });
}

/** Some banks put the IBAN where other numbers go. */
function isOfAccount(statement: Node, iban: string): boolean {
  const id = childOf(statement, 'Acct', 'Id');
  const stated = textOf(id, 'IBAN') ?? textOf(id, 'Othr', 'Id') ?? '';
  return stated.replaceAll(/\s/g, '').toUpperCase() === iban;
}

/** Instructed amounts of a transaction may be foreign; what moved on the account may not. */
function isInEuros(statement: Node): boolean {
  const entries = childrenOf(statement, 'Ntry');
  const transactions = entries
    .flatMap((entry) => childrenOf(entry, 'NtryDtls'))
    .flatMap((details) => childrenOf(details, 'TxDtls'));
  const amounts = [...childrenOf(statement, 'Bal'), ...entries].map((node) => childOf(node, 'Amt'));
  const amountsOfTransactions = transactions.flatMap((node) => childrenOf(node, 'Amt'));
  const currencies = [...amounts, ...amountsOfTransactions].map((node) => attributeOf(node, 'Ccy'));
  const ofAccount = textOf(statement, 'Acct', 'Ccy') ?? 'EUR';
  return [ofAccount, ...currencies].every((currency) => currency === 'EUR');
}

/** Of the first balance with one of these codes, signed. */
function balanceOf(statement: Node, codes: readonly string[]): number {
  const found = findBalance(statement, codes);
  if (found === undefined) return refuse('balance_missing', { balance: codes[0] ?? '' });
  return signedAmountOf(childOf(found, 'Amt'), directionOf(found));
}

const findBalance = (statement: Node, codes: readonly string[]): Node =>
  childrenOf(statement, 'Bal').find((balance) =>
    codes.includes(textOf(balance, 'Tp', 'CdOrPrtry', 'Cd') ?? ''),
  );

/**
 * The booked days of a statement. Its closing balance is that of a day, where the period may be of
 * instants, end with the next day's first one, or be left out.
 */
function bookedPeriodOf(statement: Node): { fromOn?: Day; toOn?: Day } {
  const stated = periodOf(statement);
  const toOn = findDay(childOf(findBalance(statement, ['CLBD']), 'Dt')) ?? stated.toOn;
  const { fromOn = toOn } = stated;
  const isOrdered = fromOn === undefined || toOn === undefined || fromOn <= toOn;
  return present({ fromOn: isOrdered ? fromOn : toOn, toOn });
}

function periodOf(statement: Node): { fromOn?: Day; toOn?: Day } {
  const fromOn = dayOfText(textOf(statement, 'FrToDt', 'FrDtTm'));
  const toOn = dayOfText(textOf(statement, 'FrToDt', 'ToDtTm'));
  return present({ fromOn, toOn });
}

const findDay = (node: Node): Day | undefined =>
  dayOfText(textOf(node, 'Dt') ?? textOf(node, 'DtTm'));

/** A moment with its zone is a day in Paris; without one it is the bank's own day. */
function dayOfText(text: string | undefined): Day | undefined {
  if (text === undefined) return undefined;
  const zoned = /^.{10}T.*(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(text);
  const day = zoned ? parisDayOf(parseInstant(text)) : text.slice(0, 10);
  return isDay(day) ? day : refuse('xml_malformed', { element: 'Dt' });
}

/** Banks fill the field where they have nothing to say. */
const meaningful = (reference: string | undefined): string | undefined =>
  reference === undefined || /^(NONREF|NOTPROVIDED)$/i.test(reference) ? undefined : reference;
