import { formatCents } from '@app/kernel';
import type { DemoPerson } from '../demo-issuer';
import type { BankDesk } from './bank-desk';
import type { Checked } from './check';
import type { World } from './world';
import type { Year } from './year';

/** What a visitor can put into the variables of a shell. */
export type Handles = Readonly<{
  /** Somebody to log in as, and what for, by the variable's name. */
  logins: Readonly<Record<string, DemoPerson & Readonly<{ may: string }>>>;
  /** Ids and a code to ask about. */
  values: Readonly<Record<string, string>>;
}>;

export function handlesOf(world: World, { unused }: Year): Handles {
  const [first] = world.agreements;
  const [till] = world.tills;
  const agreement = world.agreements.find(({ agreementId }) => agreementId === unused?.agreementId);
  const prescriber = (agreement ?? first)?.prescribers[0];
  const funder = (agreement ?? first)?.funder;
  return {
    logins: {
      OPERATOR: { ...world.operator.who, may: 'registers, labels, orders and prints' },
      PREPARER: { ...world.preparer.who, may: 'prepares runs, takes in bank reports, proposes' },
      APPROVER: { ...world.approver.who, may: 'approves runs, sends payment files' },
      AUDITOR: { ...world.auditor.who, may: 'reads everything' },
      ...(funder && { FUNDER: { ...funder.who, may: 'orders books, answers at their end' } }),
      ...(prescriber && { PRESCRIBER: { ...prescriber.who, may: 'hands books out' } }),
      ...(till && { CASHIER: { ...till.cashier.who, may: 'redeems at its place' } }),
    },
    values: {
      ...(till && { PLACE: till.placeId }),
      ...(unused && { CODE: unused.code, AGREEMENT: unused.agreementId }),
    },
  };
}

type Balance = Readonly<Record<string, number>>;

/** What happened, in lines for a person. */
export async function summaryOf({
  world,
  bank,
  year,
  checked,
  files,
}: {
  world: World;
  bank: BankDesk;
  year: Year;
  checked: Checked;
  files: readonly string[];
}): Promise<readonly string[]> {
  const { did } = year;
  const { paid } = bank;
  const lines = [
    '',
    `${world.imported} places imported, ${world.tills.length} labelled`,
    `${did.handedOut} books handed out, ${did.lost} lost, ${did.replaced} replaced`,
    `${did.redemptions} redemptions of ${did.vouchers} vouchers`,
    `${paid.runs} payment files; ${paid.rejected} payments rejected, ${paid.returned} returned, all presented again`,
    '',
    'money of each agreement, in euros',
    ...(await balanceTable(world)),
    '',
    ...(await solvencyLines(world)),
    '',
    'files',
    ...files.map((file) => `  ${file}`),
    '',
    `${checked.events} events, ${checked.invariants} invariants, ${checked.broken.length} broken`,
    // The first one last: who reads only the end reads that.
    ...checked.broken
      .slice(0, 20)
      .toReversed()
      .map((what) => `broken: ${what}`),
  ];
  return lines;
}

const COLUMNS = ['deposited', 'available', 'active', 'distributed', 'owed', 'inRun'] as const;
const REST = ['paid', 'expired', 'returned', 'fees'] as const;

async function balanceTable({ auditor, agreements }: World): Promise<string[]> {
  const buckets = [...COLUMNS, ...REST];
  const row = (name: string, cells: readonly string[]): string =>
    `  ${name.padEnd(34)}${cells.map((cell) => cell.padStart(12)).join('')}`;
  const lines = [row('', buckets)];
  for (const { agreementId, name } of agreements) {
    const balance = await auditor.get<Balance>(`/v1/agreements/${agreementId}/balance`);
    lines.push(
      row(
        name,
        buckets.map((bucket) => formatCents(balance[`${bucket}Cents`] ?? 0)),
      ),
    );
  }
  return lines;
}

async function solvencyLines({ auditor }: World): Promise<string[]> {
  const { inAll } = await auditor.get<{
    inAll: { on: string; status: string; bankBalanceCents: number; differenceCents: number };
  }>('/v1/solvency');
  const { on, bankBalanceCents, differenceCents } = inAll;
  return [
    `solvency on ${on}: the bank has ${formatCents(bankBalanceCents)}, difference ${formatCents(differenceCents)}`,
  ];
}
