import { euros, frenchDay, Sheets } from './sheets';

export type StatementInPdf = Readonly<{
  place: Readonly<{ placeId: string; name: string }>;
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
type Sum = Readonly<{ what: string; cents: number }>;

/** A place's statement: what it took, what it was paid, what it is owed and when. */
export const statementPdf = async (statement: StatementInPdf): Promise<Buffer> => {
  const { place, from, to, opening, lines, closing, totals, due } = statement;
  const sheets = new Sheets(`Relevé ${place.name}`, to);
  sheets.heading(`Relevé de ${place.name}`);
  sheets.paragraph(`Du ${frenchDay(from)} au ${frenchDay(to)}, jours comptables inclus.`);
  sheets.paragraph(`Lieu ${place.placeId}`, { size: 8 });
  sheets.section('En bref');
  await sheets.table(sumColumns('Montant'), [
    { what: `Dû au lieu avant le ${frenchDay(from)}`, cents: opening.owedCents },
    { what: 'Titres encaissés', cents: totals.redeemedCents },
    { what: 'Encaissements annulés', cents: 0 - totals.cancelledCents },
    { what: 'Versé au lieu, net des retours', cents: totals.paidCents },
    { what: 'Dettes réglées par le lieu ou pour lui', cents: totals.debtRepaidCents },
    { what: `En cours de remboursement le ${frenchDay(to)}`, cents: closing.inRunCents },
    { what: `Dû au lieu le ${frenchDay(to)}`, cents: closing.owedCents },
  ]);
  if (due.length > 0) {
    sheets.section('Dû, et promis pour le');
    const sums = due.map(({ promisedPaymentOn, cents }) => {
      return { what: frenchDay(promisedPaymentOn), cents };
    });
    await sheets.table(sumColumns('Montant'), sums);
  }
  sheets.section('Opérations');
  await sheets.table(
    [
      { title: 'Jour', width: 50, text: ({ on }) => frenchDay(on) },
      { title: 'Opération', width: 86, text: ({ label }) => label },
      { title: 'Référence', width: 162, text: ({ reference }) => reference },
      { title: 'Montant', width: 54, align: 'right', text: ({ cents }) => euros(cents) },
      {
        ...{ title: 'Promis le', width: 50, align: 'right' },
        text: ({ promisedPaymentOn }) => (promisedPaymentOn ? frenchDay(promisedPaymentOn) : ''),
      },
      { title: 'Dû après', width: 56, align: 'right', text: ({ owedCents }) => euros(owedCents) },
      {
        ...{ title: 'En cours', width: 54, align: 'right' },
        text: ({ inRunCents }) => euros(inRunCents),
      },
    ],
    lines,
    { size: 7.8 },
  );
  if (lines.length === 0) sheets.paragraph('Aucune opération sur la période.');
  return sheets.end();
};

export const sumColumns = (title: string) =>
  [
    { title: '', width: 3, text: ({ what }: Sum) => what },
    { title, width: 1, align: 'right', text: ({ cents }: Sum) => euros(cents) },
  ] as const;
