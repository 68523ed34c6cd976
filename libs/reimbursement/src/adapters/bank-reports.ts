import type { ReadReport } from '../domain/bank/read-report';
import { refuse } from '../domain/refuse';
import { type Node, needTextOf, parseBankXml, childOf } from './bank-xml';
import { readStatements } from './camt';
import { readAnswers } from './pain-002';

/** The ring-fenced account's IBAN, in electronic form. */
export type ReportOptions = Readonly<{ iban: string; bytesMax?: number }>;

/**
 * Reads a report of the bank whole: camt.053 (versions 02 and 08), camt.054 (08) or pain.002 (03 and
 * 10), in one shape. All or nothing.
 * @throws DomainError of a `ReportRefusal`, or the kernel's `amount_limit` or `date_invalid`;
 *   `details.reasons` lists every reason that was looked for.
 */
export function readBankReport(content: Uint8Array, { iban, bytesMax }: ReportOptions): ReadReport {
  const { namespace, root } = parseBankXml(content, bytesMax);
  switch (namespace) {
    case 'camt.053.001.02':
    case 'camt.053.001.08': {
      const message = messageOf(root, 'BkToCstmrStmt');
      return { kind: namespace, ...headerOf(message), statements: readStatements(message, iban) };
    }
    case 'camt.054.001.08': {
      const message = messageOf(root, 'BkToCstmrDbtCdtNtfctn');
      return { kind: namespace, ...headerOf(message), statements: readStatements(message, iban) };
    }
    case 'pain.002.001.03':
    case 'pain.002.001.10': {
      const message = messageOf(root, 'CstmrPmtStsRpt');
      return { kind: namespace, ...headerOf(message), ...readAnswers(message) };
    }
    default:
      return refuse('report_kind_unknown');
  }
}

const messageOf = (root: Node, name: string): Node =>
  childOf(root, name) ?? refuse('xml_malformed', { element: name });

const headerOf = (message: Node): { messageId: string; createdAt: string } => ({
  messageId: needTextOf(message, 'GrpHdr', 'MsgId'),
  createdAt: needTextOf(message, 'GrpHdr', 'CreDtTm'),
});
