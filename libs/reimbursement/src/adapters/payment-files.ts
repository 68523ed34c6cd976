import { hash } from 'node:crypto';
import { formatCents, type Day, type Instant, sumCents } from '@app/kernel';
import { create } from 'xmlbuilder2';
import type { XMLBuilder } from 'xmlbuilder2/lib/interfaces';
import type { Debtor, FrozenPayee, PaymentFile, RunLine } from '../contract';
import { TRANSACTION_CENTS_MAX } from '../domain/run/cut-payments';
import { type Replacement, sepaPayeeOf } from '../domain/run/sepa-payee';
import { toSepaText } from '../domain/run/sepa-text';

export type PaymentFilesInput = Readonly<{
  runId: string;
  number: number;
  version: number;
  lines: readonly RunLine[];
  debtor: Debtor;
  executionOn: Day;
  createdAt: Instant;
  transactionsPerFileMax: number;
}>;

export type WrittenPaymentFile = PaymentFile &
  Readonly<{
    content: Buffer;
    /** What the bank will read in place of what we hold, by end-to-end id. */
    replacements: readonly (Replacement & { endToEndId: string })[];
  }>;

/**
 * The version's lines as pain.001.001.09 files, each of at most so many transactions, in the order of
 * their end-to-end ids. The same input gives the same bytes: UTF-8, no indentation, no clock.
 * Customer credit transfers by the EPC's guideline EPC132-08 (2023), so with structured addresses.
 * @throws DomainError `name_unrepresentable`, `address_unstructured`.
 */
export function writePaymentFiles(input: PaymentFilesInput): readonly WrittenPaymentFile[] {
  const { transactionsPerFileMax: max } = input;
  if (!Number.isSafeInteger(max) || max < 1) throw new RangeError('at least 1 transaction a file');
  const lines = [...input.lines].sort((a, b) => (a.endToEndId < b.endToEndId ? -1 : 1));
  const parts = Math.ceil(lines.length / max);
  return Array.from({ length: parts }, (_, part) =>
    writeFile({ ...input, lines: lines.slice(part * max, (part + 1) * max) }, part + 1),
  );
}

/** Unique for ever: runs are numbered, and a part of the run's id tells two deployments apart. */
const messageIdOf = ({ runId, number, version }: PaymentFilesInput, part: number): string =>
  `RUN${number}-${version}-${part}-${runId.slice(0, 8)}`;

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09';
function writeFile(input: PaymentFilesInput, part: number): WrittenPaymentFile {
  const { lines } = input;
  const messageId = messageIdOf(input, part);
  const paymentInformationId = `${messageId}-P`;
  const amountCents = sumCents(lines.map((line) => line.amountCents));
  const totals = { transactions: lines.length, controlSum: formatCents(amountCents) };
  const replacements: (Replacement & { endToEndId: string })[] = [];

  const document = create({ version: '1.0', encoding: 'UTF-8' }).ele(NAMESPACE, 'Document');
  const root = document.ele('CstmrCdtTrfInitn');
  writeGroupHeader(root.ele('GrpHdr'), { ...input, ...totals, messageId });
  const payments = root.ele('PmtInf');
  writePaymentInformation(payments, { ...input, ...totals, paymentInformationId });
  for (const line of lines) {
    for (const replacement of writeTransaction(payments.ele('CdtTrfTxInf'), line, input.number)) {
      replacements.push({ endToEndId: line.endToEndId, ...replacement });
    }
  }

  const content = Buffer.from(document.end({ prettyPrint: false }));
  const [first, last] = [lines.at(0), lines.at(-1)];
  return {
    ...{ messageId, paymentInformationId, amountCents, transactions: lines.length },
    sha256: hash('sha256', content, 'hex'),
    bytes: content.length,
    firstEndToEndId: first?.endToEndId ?? '',
    lastEndToEndId: last?.endToEndId ?? '',
    ...{ content, replacements },
  };
}

type Totals = Readonly<{ transactions: number; controlSum: string }>;

function writeGroupHeader(
  header: XMLBuilder,
  {
    messageId,
    createdAt,
    transactions,
    controlSum,
    debtor,
  }: PaymentFilesInput & Totals & { messageId: string },
): void {
  header.ele('MsgId').txt(messageId);
  header.ele('CreDtTm').txt(createdAt);
  header.ele('NbOfTxs').txt(String(transactions));
  header.ele('CtrlSum').txt(controlSum);
  header.ele('InitgPty').ele('Nm').txt(sepaPayeeOf(debtor).name);
}

function writePaymentInformation(
  payments: XMLBuilder,
  {
    paymentInformationId,
    transactions,
    controlSum,
    executionOn,
    debtor,
  }: PaymentFilesInput & Totals & { paymentInformationId: string },
): void {
  payments.ele('PmtInfId').txt(paymentInformationId);
  payments.ele('PmtMtd').txt('TRF');
  // One debit a payment, so that each is settled under its own end-to-end id.
  payments.ele('BtchBookg').txt('false');
  payments.ele('NbOfTxs').txt(String(transactions));
  payments.ele('CtrlSum').txt(controlSum);
  payments.ele('PmtTpInf').ele('SvcLvl').ele('Cd').txt('SEPA');
  payments.ele('ReqdExctnDt').ele('Dt').txt(executionOn);
  writeParty(payments.ele('Dbtr'), debtor);
  payments.ele('DbtrAcct').ele('Id').ele('IBAN').txt(debtor.iban);
  const agent = payments.ele('DbtrAgt').ele('FinInstnId');
  if (debtor.bic === undefined) agent.ele('Othr').ele('Id').txt('NOTPROVIDED');
  else agent.ele('BICFI').txt(debtor.bic);
  payments.ele('ChrgBr').txt('SLEV');
}

function writeTransaction(
  transaction: XMLBuilder,
  { endToEndId, amountCents, payee }: RunLine,
  runNumber: number,
): readonly Replacement[] {
  if (amountCents < 1 || amountCents > TRANSACTION_CENTS_MAX) {
    throw new RangeError(`${endToEndId} is no amount of a SEPA credit transfer`);
  }
  transaction.ele('PmtId').ele('EndToEndId').txt(endToEndId);
  transaction.ele('Amt').ele('InstdAmt', { Ccy: 'EUR' }).txt(formatCents(amountCents));
  if (payee.bic !== undefined) {
    transaction.ele('CdtrAgt').ele('FinInstnId').ele('BICFI').txt(payee.bic);
  }
  const replacements = writeParty(transaction.ele('Cdtr'), payee);
  transaction.ele('CdtrAcct').ele('Id').ele('IBAN').txt(payee.iban);
  const remittance = toSepaText(`PASS NUMERIQUE REMBOURSEMENT ${runNumber}`, 140);
  if (remittance) transaction.ele('RmtInf').ele('Ustrd').txt(remittance.text);
  return replacements;
}

/** The elements' order is the schema's. */
function writeParty(
  party: XMLBuilder,
  payee: Pick<FrozenPayee, 'holderName' | 'address'>,
): readonly Replacement[] {
  const { name, streetName, buildingNumber, postalCode, town, country, replacements } =
    sepaPayeeOf(payee);
  party.ele('Nm').txt(name);
  const address = party.ele('PstlAdr');
  const fields = { StrtNm: streetName, BldgNb: buildingNumber, PstCd: postalCode, TwnNm: town };
  for (const [field, text] of Object.entries(fields)) {
    if (text !== undefined) address.ele(field).txt(text);
  }
  address.ele('Ctry').txt(country);
  return replacements;
}
