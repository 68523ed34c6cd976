import { addDays, addMonths, weekdayOf, type Day } from '@app/kernel';
import type { DemoIssuer } from '../demo-issuer';
import { BankDesk } from './bank-desk';
import { refund, sweepFees } from './money-out';
import { stockUp, type Stock } from './orders';
import { PastScheme } from './past-scheme';
import { readPlaces } from './places-file';
import { World } from './world';
import { Year } from './year';

export type HistoryOptions = Readonly<{
  dataDir: string;
  env: NodeJS.ProcessEnv;
  issuer: DemoIssuer;
  iban: string;
  /** A file of the national standard. */
  places: Buffer;
  /** 1 is 5,000 vouchers. */
  scale: number;
  /** The history ends on the day before. */
  today: Day;
  say: (line: string) => void;
}>;

const SEED = 20_260_101;

/** Thirteen months of the scheme, up to yesterday. */
export async function makeHistory(options: HistoryOptions) {
  const { dataDir, env, issuer, today, scale, say } = options;
  const begin = mondayOf(addMonths(today, -13));
  const at = new Date(`${begin}T08:00:00.000Z`);
  const scheme = await PastScheme.start({ dataDir, env, at });
  const world = new World(scheme, issuer);
  const bank = new BankDesk(world, { seed: SEED, iban: options.iban });
  await world.listPlaces(options.places, readPlaces(options.places));
  say(`${world.imported} places imported, ${world.tills.length} labelled`);
  await world.signAgreements();
  const year = new Year(world, bank, { seed: SEED });
  const [departement, communes, foundation] = world.agreements;
  if (!departement || !communes || !foundation) throw new Error('three agreements are signed');
  const until = addDays(today, -1);
  const onMonth = (month: string): void => {
    const { handedOut, redemptions } = year.did;
    say(`${month}     ${handedOut} books handed out, ${redemptions} redemptions`);
  };
  const order = async (agreement: typeof departement, books: number, months: number) => {
    const validUntilOn = addMonths(world.today, months);
    const liveUntil = (day: Day): Promise<void> => year.liveUntil(day, onMonth);
    const wanted = { agreement, books: books * scale, validUntilOn, liveUntil };
    const stock = await stockUp(world, bank, wanted);
    year.plan(stock, until);
    say(`${world.today}  ${books * scale} books for ${agreement.name}`);
    return stock;
  };
  // The first one ends, and is closed with its credit note, before the history does.
  planClosing(await order(departement, 150, 7), { world, bank, year });
  await order(communes, 160, 18);
  await year.liveUntil(addMonths(begin, 2), onMonth);
  await order(foundation, 120, 20);
  await year.liveUntil(addMonths(begin, 4), onMonth);
  await order(departement, 150, 20);
  for (let month = 3; month <= 12; month += 3) {
    year.on(addMonths(begin, month), () => sweepFees(world, bank));
  }
  await year.liveUntil(until, onMonth);
  return { scheme, world, bank, year };
}

/** The funder answers at each step, and has what is left paid back. */
function planClosing(
  { agreement, orderId, lastDayOfUseOn }: Stock,
  { world, bank, year }: { world: World; bank: BankDesk; year: Year },
): void {
  const path = `/v1/orders/${orderId}/closing`;
  const answer = (days: number, what: string): void =>
    year.on(addDays(lastDayOfUseOn, days), async () => {
      await agreement.funder.post(`${path}/${what}`);
    });
  // D is 30 days before the last day of use.
  answer(-50, 'stock-block');
  answer(-40, 'acknowledgement');
  answer(11, 'agreement');
  year.on(addDays(lastDayOfUseOn, 20), () => refund(world, bank, agreement));
}

/** The next one, that day included. */
const mondayOf = (day: Day): Day => addDays(day, (8 - weekdayOf(day)) % 7);
