import { documents, maybe, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const AT = '2026-04-09T18:00:00.000Z';
const ON = '2026-04-09';
const RESOLUTION = { as: 'deposit', targetId: maybe(IDS.deposit) };

const REPORT = {
  reportId: IDS.report,
  status: oneOf('completed', 'received', 'refused', 'read'),
  kind: orNull(
    oneOf(
      ...(['camt.053.001.08', 'camt.053.001.02', 'camt.054.001.08'] as const),
      ...(['pain.002.001.10', 'pain.002.001.03'] as const),
    ),
  ),
  ...{ messageId: orNull('MSG-2026-04-09'), createdAt: orNull('2026-04-09T20:00:00') },
  ...{ sha256: 'b1946ac9'.repeat(8), bytes: 18_000, receivedAt: AT },
  reason: orNull('account_foreign'),
  detail: orNull('The file is about another account than the ring-fenced one.'),
  items: 4,
  ...{ matched: 2, waiting: 1, duplicate: 1, notBooked: 0, noted: 0 },
  erasedAt: orNull('2037-04-09T18:00:00.000Z'),
};

const ENTRY = {
  ...{ entryRef: IDS.entry, reportId: IDS.report, statementId: 'RELEVE-2026-04-09' },
  status: oneOf('waiting', 'announced', 'matched', 'settled'),
  ...{ direction: oneOf('credit', 'debit'), reversal: false },
  ...{ amountCents: 500_000, openCents: 500_000, bookedOn: orNull(ON), valueOn: orNull(ON) },
  ...{ reference: orNull('0004711'), endToEndId: orNull('VIR-CD58-2026-03') },
  counterpartyName: orNull('Paierie départementale'),
  counterpartyIbanMasked: orNull('FR76…0189'),
  ...{ remittance: orNull('CONV-2026-01'), transactions: 1, reason: orNull('no_match') },
  detail: orNull('It names nothing of ours.'),
  guess: orNull({ ...RESOLUTION, reason: 'amount' }),
  proposal: orNull({ ...RESOLUTION, amountCents: 500_000, proposedBy: 'person-1' }),
  resolution: orNull(RESOLUTION),
};

const ITEM = {
  item: 0,
  verdict: oneOf('waiting', 'matched', 'duplicate', 'not_booked', 'noted'),
  ...{ reason: orNull('no_match'), detail: orNull('It names nothing of ours.') },
  ...{ endToEndId: orNull(`${IDS.claim.replaceAll('-', '')}-1`) },
  ...{ acknowledged: false, entryRef: orNull(IDS.entry), entry: orNull(ENTRY) },
};

export const BANK = documents('bank', {
  receiveBankReport: {
    does: 'Takes a report of the bank: camt.053, camt.054 or pain.002, as XML of at most 20 MiB.',
    more:
      'It is kept first and read by a job: refused whole, with the reason, or each entry gets a ' +
      'verdict. The same bytes again answer with the first report.',
    answers: { reportId: IDS.report, jobId: `bank-report.${IDS.report}` },
  },
  listBankReports: { does: 'Lists reports of the bank, the oldest first.', item: REPORT },
  getBankReport: {
    does: 'Tells of a report, and the verdicts of its first 100 items.',
    answers: { ...REPORT, reasons: ['account_foreign'], entries: [ITEM] },
  },
  listBankReportEntries: {
    does: 'Lists the items of a report with their verdicts, and what became of them since.',
    more: 'Those of a pain.002 are answers to our payments; an `entry` is a line of the account.',
    item: ITEM,
  },
  resolveBankEntry: {
    does: 'Says what an entry is: a preparer proposes, an approver who says the same approves.',
    more:
      'What is approved takes its effect at once. Whatever of it is refused waits again, with the ' +
      'reason. A debit that the ledger disputes is answered likewise.',
    asks: { as: 'deposit', targetId: IDS.agreement },
    answers: { entryRef: IDS.entry, status: oneOf('resolved', 'proposed') },
    refuses: [
      ...['not_found', 'entry_not_booked', 'already_so', 'same_person', 'amount_differs'],
      ...['resolution_impossible', 'resolution_unknown', 'resolution_differs'],
      ...['target_required', 'target_unknown'],
    ],
  },
  acknowledgeBankAnswer: {
    does: 'Records that a person has looked at an answer that is about no payment of ours.',
    asks: { reason: 'Of a file of the operator’s own account' },
    answers: { reportId: IDS.report, item: 3, acknowledged: true },
    refuses: ['report_unknown', 'item_unknown', 'already_so'],
  },
  listBankEntries: {
    does: 'Lists lines of the ring-fenced account; `status=waiting` are those a person looks at.',
    item: ENTRY,
  },
  reconcile: {
    does: 'Compares the bank’s balance with what the ledger has booked, now or as of an instant.',
    more:
      'difference = bank balance − ledger balance − unmatched entries: 0, or a person looks. The ' +
      'lists hold at most 500 each, the sums are whole.',
    answers: {
      ...{ asOf: AT, bankBalanceCents: orNull(1_500_000), ledgerBalanceCents: orNull(1_000_000) },
      ...{ unmatchedEntriesCents: 500_000, unmatchedPaymentsCents: 25_000, differenceCents: 0 },
      statementGaps: [
        {
          ...{ statementId: 'RELEVE-2026-04-09', previousStatementId: 'RELEVE-2026-04-07' },
          ...{ previousClosingCents: 900_000, openingCents: 1_000_000, differenceCents: 100_000 },
        },
      ],
      unmatchedEntries: [{ ...ENTRY, unmatchedCents: 500_000 }],
      unmatchedPayments: [
        {
          ...{ paymentId: IDS.claim, endToEndId: `${IDS.claim.replaceAll('-', '')}-1` },
          amountCents: 25_000,
        },
      ],
      lateDeposits: [
        {
          ...{ depositId: IDS.deposit, agreementId: IDS.agreement, amountCents: 500_000 },
          dueOn: '2026-04-07',
        },
      ],
    },
  },
});
