import type { Buyer, InvoiceIssued } from '../../contract';
import { euros, frenchDay, Sheets } from './sheets';

type Line = Readonly<{ what: string; cents: string }>;

/** `F-000001`: as it stands on the document and in the books. */
export const invoiceReferenceOf = (number: number): string =>
  `F-${String(number).padStart(6, '0')}`;

/**
 * The document a funder gets, with what article 242 nonies A of annex II to the Code général des
 * impôts asks for. It was paid the day it was made, from what the funder had deposited.
 */
export const invoicePdf = async (invoice: InvoiceIssued['data']): Promise<Buffer> => {
  const { number, issuedOn, seller, buyer, orderId, agreementReference } = invoice;
  const { faceCents, feeCents, vatCents, feeBasisPoints, vatBasisPoints } = invoice;
  const reference = invoiceReferenceOf(number);
  const sheets = new Sheets(`Facture ${reference}`, issuedOn);
  sheets.heading(`Facture ${reference}`);
  sheets.paragraph(`Émise le ${frenchDay(issuedOn)}`);
  sheets.section('Vendeur et client');
  sheets.sideBySide(
    [
      ...[seller.name, seller.address, `SIRET ${seller.siret}`, `TVA ${seller.vatNumber}`],
      ...(seller.legalMentions === '' ? [] : [seller.legalMentions]),
    ],
    [buyer.name, ...addressOf(buyer), `SIRET ${buyer.siret}`, `Convention ${agreementReference}`],
  );
  const lines: Line[] = [
    {
      what: `Frais de gestion, ${percent(feeBasisPoints)} de ${euros(faceCents)} de titres (hors taxe)`,
      cents: euros(feeCents),
    },
    { what: `TVA ${percent(vatBasisPoints)}`, cents: euros(vatCents) },
  ];
  await sheets.table(
    [
      { title: 'Prestation de services', width: 3, text: ({ what }: Line) => what },
      { title: 'Montant', width: 1, align: 'right', text: ({ cents }: Line) => cents },
    ],
    lines,
    { total: ['Total toutes taxes comprises', euros(feeCents + vatCents)] },
  );
  sheets.section('Règlement');
  sheets.paragraph(`Bon de commande ${orderId}, activé le ${frenchDay(invoice.activatedOn)}.`);
  sheets.paragraph(
    `Réglée le jour de l'activation sur les fonds versés au compte de cantonnement : rien ne reste ` +
      `à payer. ${seller.paymentTerms ?? FIRST_TERMS}`,
  );
  return sheets.end();
};

/** Of the first invoices: what was sent is drawn as it was. */
const FIRST_TERMS =
  `Pas d'escompte. En cas de retard, pénalités au taux légal et indemnité forfaitaire de ` +
  `recouvrement de 40 €.`;

/** As it is written on an envelope; France is not named in France. */
const addressOf = ({ address }: Buyer): readonly string[] => {
  if (address === undefined) return [];
  const { street, postalCode, city, country } = address;
  return [street, `${postalCode} ${city}`, ...(country === 'FR' ? [] : [country])];
};

/** 2000 → `20 %`, 550 → `5,5 %`. */
const percent = (basisPoints: number): string =>
  `${String(basisPoints / 100).replace('.', ',')}\u00a0%`;
