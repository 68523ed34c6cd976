import type { Seller } from '../../contract';
import { euros, frenchDay, issuedBy, Sheets } from './sheets';

export type StatementInPdf = Readonly<{
  place: Readonly<{
    placeId: string;
    name: string;
    /** Who is paid for it; absent where the place has none yet. */
    organisation?: Readonly<{ name: string; siret: string }>;
  }>;
  operator: Seller;
  from: string;
  to: string;
  opening: Balance;
  lines: readonly (Balance &
    Readonly<{
      on: string;
      label: string;
      reference: string;
      cents: number;
      promisedPaymentOn: string | null;
    }>)[];
  closing: Balance;
  totals: Readonly<{
    redeemedCents: number;
    cancelledCents: number;
    paidCents: number;
    debtRepaidCents: number;
  }>;
  due: readonly Readonly<{ promisedPaymentOn: string; cents: number }>[];
}>;

type Balance = Readonly<{ owedCents: number; inRunCents: number }>;
type Line = StatementInPdf['lines'][number] & Readonly<{ effectCents: number }>;
type Sum = Readonly<{ what: string; cents: number }>;

/** A place's statement: what it took, what it was paid, what it is owed and when. */
export const statementPdf = async (statement: StatementInPdf): Promise<Buffer> => {
  const { place, operator, from, to, opening, closing, totals, due } = statement;
  const sheets = new Sheets(`Relevé ${place.name}`, to);
  sheets.heading(`Relevé de ${place.name}`);
  sheets.paragraph(`Du ${frenchDay(from)} au ${frenchDay(to)}, jours comptables inclus.`);
  sheets.paragraph(`Lieu ${place.placeId}`, { size: 8 });
  if (place.organisation !== undefined) {
    const { name, siret } = place.organisation;
    sheets.paragraph(`Structure ${name}, SIRET ${siret}`, { size: 8 });
  }
  sheets.paragraph(issuedBy(operator), { size: 8 });
  sheets.section('En bref');
  await sheets.table(
    sumColumns('Montant'),
    [
      {
        what: `Dû ou en cours de remboursement avant le ${frenchDay(from)}`,
        cents: claimOf(opening),
      },
      { what: 'Titres encaissés', cents: totals.redeemedCents },
      { what: 'Encaissements annulés', cents: 0 - totals.cancelledCents },
      { what: 'Versé au lieu, net des retours', cents: 0 - totals.paidCents },
      { what: 'Dettes réglées par le lieu ou pour lui', cents: totals.debtRepaidCents },
    ],
    {
      total: [`Dû ou en cours de remboursement le ${frenchDay(to)}`, euros(claimOf(closing))],
    },
  );
  sheets.paragraph(
    `Dont en cours de remboursement ${euros(closing.inRunCents)}, dû ${euros(closing.owedCents)}.`,
    { size: 8.5 },
  );
  if (due.length > 0) {
    sheets.section('Dû, et promis pour le');
    const sums = due.map(({ promisedPaymentOn, cents }) => {
      return { what: frenchDay(promisedPaymentOn), cents };
    });
    await sheets.table(sumColumns('Montant'), sums);
  }
  await writeLines(sheets, statement);
  return sheets.end();
};

async function writeLines(
  sheets: Sheets,
  { opening, lines }: Pick<StatementInPdf, 'opening' | 'lines'>,
): Promise<void> {
  sheets.section('Opérations');
  await sheets.table(
    [
      { title: 'Jour', width: 52, text: ({ on }) => frenchDay(on) },
      { title: 'Opération', width: 92, text: ({ label }) => label },
      { title: 'Référence', width: 152, text: ({ reference }) => reference },
      {
        ...{ title: 'Montant', width: 56, align: 'right' },
        // A campaign changes nothing in all: what was owed is on its way.
        text: ({ effectCents }) => (effectCents === 0 ? '' : euros(effectCents)),
      },
      {
        ...{ title: 'Promis le', width: 52, align: 'right' },
        text: ({ promisedPaymentOn }) => (promisedPaymentOn ? frenchDay(promisedPaymentOn) : ''),
      },
      { title: 'Dû après', width: 54, align: 'right', text: ({ owedCents }) => euros(owedCents) },
      {
        ...{ title: 'En cours', width: 54, align: 'right' },
        text: ({ inRunCents }) => euros(inRunCents),
      },
    ],
    withEffects(opening, lines),
    { size: 7.5 },
  );
  if (lines.length === 0) sheets.paragraph('Aucune opération sur la période.');
}

/** All the place is still to get, less what it owes. */
const claimOf = ({ owedCents, inRunCents }: Balance): number => owedCents + inRunCents;

/** By how much each line changes what the place is still to get, so that they add up. */
const withEffects = (opening: Balance, lines: StatementInPdf['lines']): readonly Line[] =>
  lines.map((line, index) => ({
    ...line,
    effectCents: claimOf(line) - claimOf(lines[index - 1] ?? opening),
  }));

export const sumColumns = (title: string) =>
  [
    { title: '', width: 3, text: ({ what }: Sum) => what },
    { title, width: 1, align: 'right', text: ({ cents }: Sum) => euros(cents) },
  ] as const;
