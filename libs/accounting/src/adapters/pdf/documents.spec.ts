import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InvoiceIssued } from '../../contract';
import { accountPdf } from './account-pdf';
import { invoicePdf } from './invoice-pdf';
import { statementPdf, type StatementInPdf } from './statement-pdf';

const INVOICE: InvoiceIssued['data'] = {
  ...{ invoiceId: 'invoice', number: 12, orderId: 'order-1', agreementId: 'a', funderId: 'f' },
  ...{ issuedOn: '2026-03-31', activatedOn: '2026-03-30', faceCents: 15_000_000 },
  ...{ feeCents: 825_000, vatCents: 165_000, feeBasisPoints: 550, vatBasisPoints: 2_000 },
  agreementReference: 'CONV-2026-01',
  buyer: { name: 'Département de la Nièvre', siret: '22580001900018' },
  seller: {
    ...{ name: 'Carnet SAS', siret: '73282932000074', address: '1 rue du Pont, 75001 Paris, FR' },
    ...{ vatNumber: 'FR44732829320', legalMentions: 'SAS au capital de 10 000 €' },
  },
};

const PLACE = { placeId: '01980a3d-3e4f-7d50-a617-28394a5b6c7d', name: 'Médiathèque' };

const statement = (count: number): StatementInPdf => ({
  ...{ place: PLACE, operator: INVOICE.seller, from: '2026-03-01', to: '2026-03-31' },
  opening: { owedCents: 0, inRunCents: 0 },
  lines: Array.from({ length: count }, (_, index) => ({
    ...{ on: '2026-03-09', label: 'Titres encaissés', cents: 3_000 },
    ...{ reference: '01980a3d-6172-7083-994a-5b6c7d8e9fa0', promisedPaymentOn: '2026-03-19' },
    ...{ owedCents: (index + 1) * 3_000, inRunCents: 0 },
  })),
  closing: { owedCents: count * 3_000, inRunCents: 0 },
  totals: { redeemedCents: count * 3_000, cancelledCents: 0, paidCents: 0, debtRepaidCents: 0 },
  due: count > 0 ? [{ promisedPaymentOn: '2026-03-19', cents: count * 3_000 }] : [],
});

const hasPoppler = spawnSync('pdftotext', ['-v']).error === undefined;
const readable = hasPoppler ? it : it.skip;
if (!hasPoppler) process.stderr.write('poppler-utils is not installed: its specs are skipped\n');

/** As a program that is not ours reads it. */
function textOf(pdf: Buffer): { text: string; pages: number } {
  const folder = mkdtempSync(join(tmpdir(), 'carnet-pdf-'));
  try {
    const file = join(folder, 'document.pdf');
    writeFileSync(file, pdf);
    const raw = execFileSync('pdftotext', ['-layout', file, '-']).toString();
    return { text: raw.replaceAll('\u00a0', ' '), pages: raw.split('\f').length - 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('a document', () => {
  it('is the same bytes for the same content', async () => {
    expect((await invoicePdf(INVOICE)).equals(await invoicePdf(INVOICE))).toBe(true);
    expect((await statementPdf(statement(3))).equals(await statementPdf(statement(3)))).toBe(true);
  });

  readable('of a fee says who sells what to whom, and that it is paid', async () => {
    const { text, pages } = textOf(await invoicePdf(INVOICE));
    expect(pages).toBe(1);
    for (const said of [
      ...['Facture F-000012', 'Émise le 31/03/2026', 'FR44732829320', 'SIRET 22580001900018'],
      ...['Frais de gestion, 5,5 % de 150 000,00 €', '8 250,00 €', 'TVA 20 %', '1 650,00 €'],
      ...['9 900,00 €', 'SAS au capital de 10 000 €', 'order-1', 'activé le 30/03/2026'],
    ]) {
      expect(text).toContain(said);
    }
  });

  readable('of a fee says its payment terms, and those of the first invoices theirs', async () => {
    const terms = 'Dix points.';
    const seller = { ...INVOICE.seller, paymentTerms: terms };
    const { text } = textOf(await invoicePdf({ ...INVOICE, seller }));
    expect(text).toContain(terms);
    expect(text).not.toContain('taux légal');
    expect(textOf(await invoicePdf(INVOICE)).text).toContain('pénalités au taux légal');
  });

  readable('of a fee has the address of who buys, where there is one', async () => {
    const address = {
      street: '3 place Carnot',
      postalCode: '1000',
      city: 'Bruxelles',
      country: 'BE',
    };
    const abroad = textOf(await invoicePdf({ ...INVOICE, buyer: { ...INVOICE.buyer, address } }));
    expect(abroad.text).toMatch(/3 place Carnot[^]*1000 Bruxelles[^]*BE[^]*SIRET 22580001900018/);
    const home = { ...address, postalCode: '58000', city: 'Nevers', country: 'FR' };
    const french = textOf(
      await invoicePdf({ ...INVOICE, buyer: { ...INVOICE.buyer, address: home } }),
    );
    expect(french.text).toContain('58000 Nevers');
    expect(french.text).not.toMatch(/^ *FR *$/m);
  });

  readable('of a place has every line whole, over as many sheets as it takes', async () => {
    const { text, pages } = textOf(await statementPdf(statement(100)));
    expect(pages).toBe(3);
    expect(text.match(/01980a3d-6172-7083-994a-5b6c7d8e9fa0/g)).toHaveLength(100);
    expect(text.match(/09\/03\/2026/g)).toHaveLength(100);
    expect(text).toContain('page 3 sur 3');
    expect(text).toContain('3 000,00 €');
    expect(text).not.toContain('…');
  });

  readable('of a place adds up, from what was due before to what is due after', async () => {
    const line = { on: '2026-03-09', reference: 'REMB 1', promisedPaymentOn: null };
    const redeemed = { ...line, label: 'Titres encaissés', cents: 5_000 };
    const frozen = { ...line, label: 'Campagne arrêtée', cents: 6_000 };
    const settled = { ...line, label: 'Remboursement exécuté', cents: 6_000 };
    const cancelled = { ...line, label: 'Encaissement annulé', cents: 2_000 };
    const pdf = await statementPdf({
      ...statement(0),
      place: { ...PLACE, organisation: { name: 'Ville de Nevers', siret: '21580194900014' } },
      opening: { owedCents: 1_000, inRunCents: 0 },
      lines: [
        { ...redeemed, owedCents: 6_000, inRunCents: 0 },
        { ...frozen, owedCents: 0, inRunCents: 6_000 },
        { ...settled, owedCents: 0, inRunCents: 0 },
        { ...cancelled, owedCents: -2_000, inRunCents: 0 },
      ],
      closing: { owedCents: -2_000, inRunCents: 0 },
      totals: {
        redeemedCents: 5_000,
        cancelledCents: 2_000,
        paidCents: 6_000,
        debtRepaidCents: 0,
      },
    });
    const { text } = textOf(pdf);
    for (const said of [
      ...[/avant le 01\/03\/2026 +10,00 €/, /Titres encaissés +50,00 €/, /annulés +-20,00 €/],
      ...[/net des retours +-60,00 €/, /remboursement le 31\/03\/2026 +-20,00 €/],
      ...[/Titres encaissés +REMB 1 +50,00 € +60,00 € +0,00 €/],
      // It is on its way: nothing more, and nothing less.
      ...[/Campagne arrêtée +REMB 1 +0,00 € +60,00 €/],
      ...[/Remboursement exécuté +REMB 1 +-60,00 € +0,00 € +0,00 €/],
      ...[/Encaissement annulé +REMB 1 +-20,00 € +-20,00 € +0,00 €/],
      ...[/Structure Ville de Nevers, SIRET 21580194900014/, /Établi par Carnet SAS/],
    ]) {
      expect(text).toMatch(said);
    }
  });

  readable('of a place without any line says so', async () => {
    const { text, pages } = textOf(await statementPdf(statement(0)));
    expect([pages, text.includes('Aucune opération')]).toEqual([1, true]);
  });

  readable('of an agreement says where the money is and who bears what was used', async () => {
    const buckets = {
      ...{ availableCents: 129_456, reservedCents: 0, activeCents: 0, distributedCents: 0 },
      ...{ owedCents: -4_000, inRunCents: 0, expiredCents: 0, shortfallCents: 3_000 },
      ...{ feesCents: 5_000, unsweptFeesCents: 1_000, cashCents: 123_456 },
    };
    const pdf = await accountPdf({
      agreement: { agreementId: 'a', reference: 'CONV-1', funderName: 'Nièvre' },
      operator: INVOICE.seller,
      ...{ from: '2026-01-01', to: '2026-12-31', opening: buckets, closing: buckets },
      movements: [
        {
          ...{ label: 'Titres encaissés', debitAccount: '467400', creditAccount: '467600' },
          ...{ cents: 3_000, postings: 2 },
        },
      ],
      usedCents: 3_000,
      usedByPublic: [{ public: 'senior', vouchers: 3, cents: 3_000, shareBasisPoints: 10_000 }],
      coFunders: [{ name: 'État', shareBasisPoints: 5_000, claimCents: 1_500 }],
    });
    const { text } = textOf(pdf);
    for (const said of [
      ...[/CONV-1/, /Établi par Carnet SAS/, /100,00 %/, /État +15,00 €/],
      ...[/net +-40,00 € +-40,00 €/, /à déduire +-30,00 € +-30,00 €/],
      ...[/compte de cantonnement, versements annoncés compris +1 234,56 € +1 234,56 €/],
      ...[/TVA comprise : 50,00 €, dont prélevés 40,00 €/, /encaissés +467400 +467600 +2 +30,00 €/],
    ]) {
      expect(text).toMatch(said);
    }
  });
});
