import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addMonths } from '@app/kernel';
import type { BankDesk } from './bank-desk';
import type { World } from './world';

/** Files a printer, a bank, an accountant and a funder would get. Answers what is where. */
export async function gatherFiles(
  folder: string,
  { world, bank }: { world: World; bank: BankDesk },
): Promise<readonly string[]> {
  mkdirSync(folder, { recursive: true });
  const told: string[] = [];
  const write = (name: string, bytes: Buffer | undefined, what: string): void => {
    if (bytes === undefined) return;
    const path = join(folder, name);
    writeFileSync(path, bytes);
    told.push(`${what.padEnd(34)} ${path}`);
  };
  const { auditor, today } = { auditor: world.auditor, today: world.today };
  const period = `from=${addMonths(today, -12)}&to=${today}`;
  write('carnets.pdf', await printSome(world), 'books to print and cut');
  write('virements.pain.001.xml', bank.files.paymentFile, 'payment file for the bank');
  write('releve.camt.053.xml', bank.files.statement, "the bank's statement");
  const fec = await auditor.file(`/v1/accounting/fec?year=${today.slice(0, 4)}`);
  write(fec.name, fec.bytes, 'file of accounting entries (FEC)');
  const balance = `/v1/accounting/trial-balance?${period}`;
  write('balance.json', await auditor.download(balance), 'trial balance');
  const [agreement] = world.agreements;
  if (agreement) {
    const account = `/v1/agreements/${agreement.agreementId}/account?${period}`;
    const pdf = await agreement.funder.download(account, 'application/pdf');
    write('compte-rendu-financier.pdf', pdf, "the funder's account");
  }
  const till = await busiestTill(world);
  if (till) {
    const statement = `/v1/places/${till.placeId}/statement?${period}`;
    const pdf = await auditor.download(statement, 'application/pdf');
    write('releve-lieu.pdf', pdf, 'statement of a place');
  }
  const [invoice] = await auditor.list<{ invoiceId: string }>('/v1/invoices');
  if (invoice) {
    const pdf = await auditor.download(`/v1/invoices/${invoice.invoiceId}/file`);
    write('facture.pdf', pdf, "invoice of the operator's fee");
  }
  const figures = await auditor.download('/v1/figures?groupBy=month');
  write('chiffres.json', figures, 'figures by month');
  return told;
}

/** Three books of the first order that runs. */
async function printSome({ operator, scheme }: World): Promise<Buffer | undefined> {
  const orders = await operator.list<{ orderId: string; status: string; firstBook: number }>(
    '/v1/orders',
  );
  const running = orders.find(({ status }) => status === 'active');
  if (running === undefined) return undefined;
  const { orderId, firstBook } = running;
  const { printId } = await operator.post<{ printId: string }>(`/v1/orders/${orderId}/prints`, {
    ...{ format: 'pdf', layout: 'a4', firstBook, lastBook: firstBook + 2 },
  });
  await scheme.sweep();
  return operator.download(`/v1/prints/${printId}/file`);
}

async function busiestTill({ tills, auditor }: World) {
  const redeemed = await Promise.all(
    tills.map(async (till) => {
      const balance = await auditor.get<{ redeemedCents: number }>(
        `/v1/places/${till.placeId}/balance`,
      );
      return { till, cents: balance.redeemedCents };
    }),
  );
  return redeemed.toSorted((a, b) => b.cents - a.cents)[0]?.till;
}
