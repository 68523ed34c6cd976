import { type Cents, type Day, formatCents } from '@app/kernel';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces';

/** What one transaction of an entry says of the other side. */
export type BookedTransaction = Readonly<{
  amountCents: Cents;
  endToEndId?: string;
  name?: string;
  iban?: string;
  remittance?: string;
  /** ISO reason code: the entry is the return of that payment. */
  returnReason?: string;
}>;

/** One booked line of the account. */
export type BookedEntry = Readonly<{
  amountCents: Cents;
  direction: 'credit' | 'debit';
  bookedOn: Day;
  /** The bank's own reference of the entry. */
  reference: string;
  /** Of a batch of ours, booked in one sum and not itemised. */
  batch?: Readonly<{ messageId: string; paymentInformationId: string; transactions: number }>;
  transactions: readonly BookedTransaction[];
}>;

export type CamtVersion = '02' | '08';

export type AccountReport = Readonly<{
  id: string;
  iban: string;
  on: Day;
  entries: readonly BookedEntry[];
}>;

/** A day's statement: camt.053.001.02 or .08. Balances signed. */
export function writeStatement(
  report: AccountReport & Readonly<{ openingCents: Cents; closingCents: Cents }>,
  version: CamtVersion,
): Buffer {
  const message = start(`camt.053.001.${version}`, 'BkToCstmrStmt', report);
  const statement = message.ele('Stmt');
  writeAccount(statement, report);
  writeBalance(statement, 'OPBD', { cents: report.openingCents, on: report.on });
  writeBalance(statement, 'CLBD', { cents: report.closingCents, on: report.on });
  for (const entry of report.entries) writeEntry(statement, entry, version);
  return bytesOf(message);
}

/** What was booked in the course of a day, announced before its statement: camt.054.001.08. */
export function writeNotification(report: AccountReport): Buffer {
  const message = start('camt.054.001.08', 'BkToCstmrDbtCdtNtfctn', report);
  const notification = message.ele('Ntfctn');
  writeAccount(notification, report);
  for (const entry of report.entries) writeEntry(notification, entry, '08');
  return bytesOf(message);
}

export type StatusReport = Readonly<{
  id: string;
  on: Day;
  messageId: string;
  paymentInformationId: string;
  /** Of the file as a whole; PART where some of its transfers are rejected. */
  status: 'ACTC' | 'PART' | 'RJCT';
  reasonCode?: string;
  rejected: readonly Readonly<{ endToEndId: string; reasonCode: string }>[];
}>;

/** What the bank's system answers to a payment file: pain.002.001.03 or .10. */
export function writeStatusReport(report: StatusReport, version: '03' | '10'): Buffer {
  const message = start(`pain.002.001.${version}`, 'CstmrPmtStsRpt', report);
  const group = message.ele('OrgnlGrpInfAndSts');
  group.ele('OrgnlMsgId').txt(report.messageId);
  group.ele('OrgnlMsgNmId').txt('pain.001.001.09');
  group.ele('GrpSts').txt(report.status);
  if (report.reasonCode !== undefined) writeReason(group, report.reasonCode);
  if (report.rejected.length > 0) {
    const payments = message.ele('OrgnlPmtInfAndSts');
    payments.ele('OrgnlPmtInfId').txt(report.paymentInformationId);
    for (const { endToEndId, reasonCode } of report.rejected) {
      const transaction = payments.ele('TxInfAndSts');
      transaction.ele('OrgnlEndToEndId').txt(endToEndId);
      transaction.ele('TxSts').txt('RJCT');
      writeReason(transaction, reasonCode);
    }
  }
  return bytesOf(message);
}

const start = (
  namespace: string,
  name: string,
  { id, on }: Readonly<{ id: string; on: Day }>,
): XMLBuilder => {
  const document = create({ version: '1.0', encoding: 'UTF-8' });
  const message = document.ele(`urn:iso:std:iso:20022:tech:xsd:${namespace}`, 'Document').ele(name);
  const header = message.ele('GrpHdr');
  header.ele('MsgId').txt(id);
  header.ele('CreDtTm').txt(`${on}T20:00:00Z`);
  return message;
};

const bytesOf = (message: XMLBuilder): Buffer => Buffer.from(message.end({ prettyPrint: false }));

function writeAccount(report: XMLBuilder, { id, iban, on }: AccountReport): void {
  report.ele('Id').txt(id);
  report.ele('CreDtTm').txt(`${on}T20:00:00Z`);
  const period = report.ele('FrToDt');
  period.ele('FrDtTm').txt(`${on}T00:00:00`);
  period.ele('ToDtTm').txt(`${on}T23:59:59`);
  const account = report.ele('Acct');
  account.ele('Id').ele('IBAN').txt(iban);
  account.ele('Ccy').txt('EUR');
}

function writeBalance(
  statement: XMLBuilder,
  code: 'OPBD' | 'CLBD',
  { cents, on }: Readonly<{ cents: Cents; on: Day }>,
): void {
  const balance = statement.ele('Bal');
  balance.ele('Tp').ele('CdOrPrtry').ele('Cd').txt(code);
  writeAmount(balance, Math.abs(cents));
  balance.ele('CdtDbtInd').txt(cents < 0 ? 'DBIT' : 'CRDT');
  balance.ele('Dt').ele('Dt').txt(on);
}

const writeAmount = (parent: XMLBuilder, cents: Cents): XMLBuilder =>
  parent.ele('Amt', { Ccy: 'EUR' }).txt(formatCents(cents));

const writeReason = (parent: XMLBuilder, code: string): XMLBuilder =>
  parent.ele('StsRsnInf').ele('Rsn').ele('Cd').txt(code);

function writeEntry(report: XMLBuilder, entry: BookedEntry, version: CamtVersion): void {
  const { amountCents, direction, bookedOn, reference, batch, transactions } = entry;
  const written = report.ele('Ntry');
  writeAmount(written, amountCents);
  written.ele('CdtDbtInd').txt(direction === 'credit' ? 'CRDT' : 'DBIT');
  const status = written.ele('Sts');
  if (version === '02') status.txt('BOOK');
  else status.ele('Cd').txt('BOOK');
  written.ele('BookgDt').ele('Dt').txt(bookedOn);
  written.ele('ValDt').ele('Dt').txt(bookedOn);
  written.ele('AcctSvcrRef').txt(reference);
  const domain = written.ele('BkTxCd').ele('Domn');
  domain.ele('Cd').txt('PMNT');
  const family = domain.ele('Fmly');
  family.ele('Cd').txt(direction === 'credit' ? 'RCDT' : 'ICDT');
  family.ele('SubFmlyCd').txt('ESCT');
  const details = written.ele('NtryDtls');
  if (batch) {
    const summary = details.ele('Btch');
    summary.ele('MsgId').txt(batch.messageId);
    summary.ele('PmtInfId').txt(batch.paymentInformationId);
    summary.ele('NbOfTxs').txt(String(batch.transactions));
  }
  for (const transaction of transactions) {
    writeTransaction(details, transaction, { direction, version });
  }
}

function writeTransaction(
  details: XMLBuilder,
  transaction: BookedTransaction,
  { direction, version }: Readonly<{ direction: 'credit' | 'debit'; version: CamtVersion }>,
): void {
  const { amountCents, endToEndId = 'NOTPROVIDED', name, iban } = transaction;
  const written = details.ele('TxDtls');
  written.ele('Refs').ele('EndToEndId').txt(endToEndId);
  if (version === '02') writeAmount(written.ele('AmtDtls').ele('TxAmt'), amountCents);
  else writeAmount(written, amountCents);
  if (version === '08') written.ele('CdtDbtInd').txt(direction === 'credit' ? 'CRDT' : 'DBIT');
  const { returnReason, remittance } = transaction;
  // A return names the parties of what it returns: the other side is the creditor of that.
  const role = (direction === 'credit') === (returnReason !== undefined) ? 'Cdtr' : 'Dbtr';
  if (name !== undefined || iban !== undefined) {
    const parties = written.ele('RltdPties');
    const party = name === undefined ? undefined : parties.ele(role);
    if (name !== undefined) (version === '02' ? party : party?.ele('Pty'))?.ele('Nm').txt(name);
    if (iban !== undefined) parties.ele(`${role}Acct`).ele('Id').ele('IBAN').txt(iban);
  }
  if (remittance !== undefined) written.ele('RmtInf').ele('Ustrd').txt(remittance);
  if (returnReason !== undefined) written.ele('RtrInf').ele('Rsn').ele('Cd').txt(returnReason);
}
