import type { Seller } from '../../contract';
import { euros, frenchDay, issuedBy, Sheets } from './sheets';
import { sumColumns } from './statement-pdf';

export type AccountInPdf = Readonly<{
  agreement: Readonly<{ agreementId: string; reference: string; funderName: string }>;
  operator: Seller;
  from: string;
  to: string;
  opening: Buckets;
  closing: Buckets;
  movements: readonly Readonly<{
    label: string;
    debitAccount: string;
    creditAccount: string;
    cents: number;
    postings: number;
  }>[];
  usedCents: number;
  usedByPublic: readonly Used[];
  coFunders: readonly Readonly<{ name: string; shareBasisPoints: number; claimCents: number }>[];
}>;

type Buckets = Readonly<
  Record<keyof typeof TITLES | 'shortfallCents' | 'feesCents' | 'cashCents', number>
>;
type Used = Readonly<{
  public: string;
  vouchers: number;
  cents: number;
  shareBasisPoints: number;
}>;

/** Of what the money on the ring-fenced account is made up, a shortfall taken off. */
const TITLES = {
  availableCents: 'Disponible',
  reservedCents: 'Réservé à des commandes ou des restitutions',
  activeCents: 'Titres actifs en stock',
  distributedCents: 'Titres remis et non encaissés',
  owedCents: 'À rembourser aux lieux, net',
  inRunCents: 'Remboursements en cours',
  expiredCents: 'Titres expirés, à restituer',
  unsweptFeesCents: 'Frais de gestion non prélevés, TVA comprise',
} as const;

/** The yearly rendering of accounts to a funder: where its money is, and who bears what was used. */
export const accountPdf = async (account: AccountInPdf): Promise<Buffer> => {
  const { agreement, operator, from, to, opening, closing, movements } = account;
  const sheets = new Sheets(`Compte de la convention ${agreement.reference}`, to);
  sheets.heading(`Compte de la convention ${agreement.reference}`);
  sheets.paragraph(agreement.funderName, { bold: true });
  sheets.paragraph(`Du ${frenchDay(from)} au ${frenchDay(to)}, jours comptables inclus.`);
  sheets.paragraph(issuedBy(operator), { size: 8 });
  await writeBuckets(sheets, opening, closing);
  sheets.section('Mouvements de la période');
  await sheets.table(
    [
      { title: 'Mouvement', width: 3, text: ({ label }) => label },
      { title: 'Débit', width: 0.8, text: ({ debitAccount }) => debitAccount },
      { title: 'Crédit', width: 0.8, text: ({ creditAccount }) => creditAccount },
      { title: 'Nombre', width: 1, align: 'right', text: ({ postings }) => String(postings) },
      { title: 'Montant', width: 1, align: 'right', text: ({ cents }) => euros(cents) },
    ],
    movements,
  );
  sheets.section('Titres utilisés, par public');
  await sheets.table<Used>(
    [
      { title: 'Public', width: 3, text: (used) => used.public },
      { title: 'Titres', width: 1, align: 'right', text: ({ vouchers }) => String(vouchers) },
      { title: 'Montant', width: 1, align: 'right', text: ({ cents }) => euros(cents) },
      {
        ...{ title: 'Part', width: 1, align: 'right' },
        text: ({ shareBasisPoints }) =>
          `${(shareBasisPoints / 100).toFixed(2).replace('.', ',')} %`,
      },
    ],
    account.usedByPublic,
    { total: ['En tout', '', euros(account.usedCents), ''] },
  );
  sheets.section('Parts des financeurs dans les titres utilisés');
  await sheets.table(
    sumColumns('Part de la période'),
    account.coFunders.map(({ name, claimCents: cents }) => ({ what: name, cents })),
  );
  return sheets.end();
};

async function writeBuckets(sheets: Sheets, opening: Buckets, closing: Buckets): Promise<void> {
  sheets.section('Où est l’argent');
  await sheets.table(
    [
      { title: '', width: 3, text: ({ what }: Row) => what },
      { title: 'Au début', width: 1, align: 'right', text: ({ before }: Row) => euros(before) },
      { title: 'À la fin', width: 1, align: 'right', text: ({ after }: Row) => euros(after) },
    ],
    rowsOf(opening, closing),
    {
      total: [
        'Sur le compte de cantonnement, versements annoncés compris',
        euros(opening.cashCents),
        euros(closing.cashCents),
      ],
    },
  );
  sheets.paragraph(
    `Frais de gestion depuis le début, TVA comprise : ${euros(closing.feesCents)}, dont prélevés ` +
      `${euros(closing.feesCents - closing.unsweptFeesCents)}.`,
    { size: 8.5 },
  );
}

type Row = Readonly<{ what: string; before: number; after: number }>;

const rowsOf = (opening: Buckets, closing: Buckets): readonly Row[] => {
  const names = Object.keys(TITLES) as (keyof typeof TITLES)[];
  return [
    ...names.map((name) => ({ what: TITLES[name], before: opening[name], after: closing[name] })),
    {
      ...{ what: 'Insuffisance à combler, à déduire' },
      ...{ before: 0 - opening.shortfallCents, after: 0 - closing.shortfallCents },
    },
  ];
};
