import { euros, frenchDay, Sheets } from './sheets';
import { sumColumns } from './statement-pdf';

export type AccountInPdf = Readonly<{
  agreement: Readonly<{ agreementId: string; reference: string; funderName: string }>;
  from: string;
  to: string;
  opening: Buckets;
  closing: Buckets;
  movements: readonly Readonly<{ label: string; cents: number; postings: number }>[];
  usedCents: number;
  usedByPublic: readonly Used[];
  coFunders: readonly Readonly<{ name: string; shareBasisPoints: number; claimCents: number }>[];
}>;

type Buckets = Readonly<Record<keyof typeof TITLES, number>>;
type Used = Readonly<{
  public: string;
  vouchers: number;
  cents: number;
  shareBasisPoints: number;
}>;

const TITLES = {
  availableCents: 'Disponible',
  reservedCents: 'Réservé à des commandes ou des restitutions',
  activeCents: 'Titres actifs en stock',
  distributedCents: 'Titres remis et non encaissés',
  owedCents: 'À rembourser aux lieux, net',
  inRunCents: 'Remboursements en cours',
  expiredCents: 'Titres expirés, à restituer',
  shortfallCents: 'Insuffisance à combler',
  feesCents: 'Frais de gestion, TVA comprise (depuis le début)',
  cashCents: 'Sur le compte de cantonnement',
} as const;

/** The yearly rendering of accounts to a funder: where its money is, and who bears what was used. */
export const accountPdf = async (account: AccountInPdf): Promise<Buffer> => {
  const { agreement, from, to, opening, closing, movements } = account;
  const sheets = new Sheets(`Compte de la convention ${agreement.reference}`, to);
  sheets.heading(`Compte de la convention ${agreement.reference}`);
  sheets.paragraph(agreement.funderName, { bold: true });
  sheets.paragraph(`Du ${frenchDay(from)} au ${frenchDay(to)}, jours comptables inclus.`);
  sheets.section('Où est l’argent');
  const names = Object.keys(TITLES) as (keyof Buckets)[];
  await sheets.table(
    [
      { title: '', width: 3, text: (name) => TITLES[name] },
      { title: 'Au début', width: 1, align: 'right', text: (name) => euros(opening[name]) },
      { title: 'À la fin', width: 1, align: 'right', text: (name) => euros(closing[name]) },
    ],
    names,
  );
  sheets.section('Mouvements de la période');
  await sheets.table(
    [
      { title: 'Mouvement', width: 3, text: ({ label }) => label },
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
