/**
 * The chart of accounts (docs/decisions/0010): class 467 of the French plan comptable général holds
 * what is kept for others, a sub-account for each bucket of design.md. A name here is the account's
 * id in postings; the number is what accountants and the FEC file know it by.
 */
export const CHART = {
  carriedForward: { number: '110000', title: 'Report à nouveau' },
  lossCarriedForward: { number: '119000', title: 'Report à nouveau débiteur' },
  receivable: { number: '411000', title: 'Financeurs, frais facturés' },
  vat: { number: '445710', title: 'TVA collectée' },
  available: { number: '467100', title: 'Financeurs, fonds disponibles' },
  reserved: { number: '467200', title: 'Financeurs, fonds réservés' },
  active: { number: '467300', title: 'Financeurs, titres actifs en stock' },
  distributed: { number: '467400', title: 'Financeurs, titres remis non encaissés' },
  expired: { number: '467500', title: 'Financeurs, titres expirés à restituer' },
  owed: { number: '467600', title: 'Structures, titres à rembourser' },
  inRun: { number: '467700', title: 'Structures, remboursements en cours' },
  recovery: { number: '467800', title: "Structures, dettes réglées par l'opérateur" },
  shortfall: { number: '467900', title: 'Financeurs, insuffisances à combler' },
  suspense: { number: '471000', title: "Compte d'attente, banque à rapprocher" },
  announced: { number: '511000', title: 'Versements annoncés non confirmés' },
  bank: { number: '512000', title: 'Banque, compte de cantonnement' },
  transfer: { number: '580000', title: "Virements avec l'opérateur" },
  charges: { number: '627000', title: 'Services bancaires' },
  fees: { number: '706000', title: 'Frais de gestion' },
  interest: { number: '768000', title: 'Produits financiers' },
} as const satisfies Record<string, Readonly<{ number: string; title: string }>>;

export type LedgerAccount = keyof typeof CHART;

/** Whose sub-ledger a line of the account belongs to; the others have none. */
export const auxiliaryOf = (account: LedgerAccount): 'agreement' | 'organisation' | 'none' => {
  if (OF_ORGANISATIONS.has(account)) return 'organisation';
  return OF_AGREEMENTS.has(account) ? 'agreement' : 'none';
};

const OF_ORGANISATIONS: ReadonlySet<LedgerAccount> = new Set(['owed', 'inRun', 'recovery']);

const OF_AGREEMENTS: ReadonlySet<LedgerAccount> = new Set([
  ...(['receivable', 'available', 'reserved', 'active', 'distributed', 'expired'] as const),
  ...(['shortfall', 'announced'] as const),
]);

/** Classes 6 and 7: they begin each year with nothing. */
export const isOfResult = (account: LedgerAccount): boolean => /^[67]/.test(CHART[account].number);

export const JOURNALS = {
  AN: 'À nouveaux',
  BQ: 'Banque',
  FI: 'Financeurs',
  RB: 'Remboursements',
  TI: 'Titres',
  VE: 'Ventes',
} as const;

export type JournalCode = keyof typeof JOURNALS;

/** What made the entry, in the journal it is kept in and in the words of its label. */
export const ENTRIES = {
  DepositAssigned: { journal: 'FI', label: 'Versement annoncé' },
  DepositConfirmed: { journal: 'BQ', label: 'Versement confirmé' },
  FundsReceived: { journal: 'FI', label: 'Insuffisance comblée par un versement' },
  FundsRecalled: { journal: 'FI', label: 'Versement repris par sa banque' },
  OrderFunded: { journal: 'FI', label: 'Bon de commande financé' },
  ReservationReleased: { journal: 'FI', label: 'Bon de commande annulé' },
  CreditNoteIssued: { journal: 'FI', label: 'Avoir sur titres non utilisés' },
  RefundOrdered: { journal: 'FI', label: 'Restitution ordonnée' },
  RefundBooked: { journal: 'BQ', label: 'Restitution exécutée' },
  RefundFailed: { journal: 'FI', label: 'Restitution refusée par la banque' },
  RefundReturned: { journal: 'BQ', label: 'Restitution revenue' },
  OrderActivated: { journal: 'TI', label: 'Bon de commande activé' },
  BookDistributed: { journal: 'TI', label: 'Titres remis' },
  VouchersRedeemed: { journal: 'TI', label: 'Titres encaissés' },
  RedemptionCancelled: { journal: 'TI', label: 'Encaissement annulé' },
  BookReplaced: { journal: 'TI', label: 'Carnet perdu remplacé' },
  ValidityEnded: { journal: 'TI', label: 'Titres expirés' },
  LinesFrozen: { journal: 'RB', label: 'Campagne arrêtée' },
  LinesReleased: { journal: 'RB', label: 'Campagne rouverte' },
  PaymentSettled: { journal: 'BQ', label: 'Remboursement exécuté' },
  PaymentRejected: { journal: 'RB', label: 'Remboursement rejeté' },
  PaymentReturned: { journal: 'BQ', label: 'Remboursement revenu' },
  DebtRepaid: { journal: 'BQ', label: 'Dette réglée' },
  FeeSweepBooked: { journal: 'BQ', label: 'Frais prélevés' },
  FeeSweepReturned: { journal: 'BQ', label: 'Frais prélevés revenus' },
  BankReportRead: { journal: 'BQ', label: 'Solde avant le premier relevé' },
  BankEntryRecorded: { journal: 'BQ', label: 'Ligne du relevé' },
  BankEntryBooked: { journal: 'BQ', label: 'Ligne du relevé' },
  BankEntryApplied: { journal: 'BQ', label: 'Ligne du relevé expliquée' },
  InvoiceIssued: { journal: 'VE', label: 'Facture de frais de gestion' },
} as const satisfies Record<string, Readonly<{ journal: JournalCode; label: string }>>;

export type EntryKind = keyof typeof ENTRIES;
