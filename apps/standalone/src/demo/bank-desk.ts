import { isBankingDay, nextBankingDay, type Day } from '@app/kernel';
import { BankSimulator, type BankFile, type BankHabits } from '../bank-simulator/bank-simulator';
import type { World } from './world';

type Run = Readonly<{ runId: string; number: number; status: string; linesSha256?: string }>;
type Claim = Readonly<{
  claimId: string;
  organisationId: string;
  status: string;
  endToEndId?: string;
  attempts?: readonly Readonly<{ endToEndId: string; status: string }>[];
}>;

/** A bank of moods, but one that books what it says. */
const HABITS: BankHabits = {
  ...{ rejectedBasisPoints: 150, returnedBasisPoints: 150, debitedAllTheSameBasisPoints: 0 },
  ...{ bookingDelayMax: 1, returnDelayMax: 2, reportDelayMax: 0, repeatedBasisPoints: 0 },
  ...{ notifies: false, booking: 'single', version: '08' },
};

/** Finance staff at their desk: the ring-fenced account, and the weekly runs through the bank. */
export class BankDesk {
  readonly bank: BankSimulator;
  /** The files as they went out and came in; the last of each kind is shown at the end. */
  readonly files: { paymentFile?: Buffer; statement?: Buffer } = {};
  readonly paid = { runs: 0, rejected: 0, returned: 0, representments: 0 };
  #deposits = 0;
  #accounts = 10_000;

  constructor(
    private readonly world: World,
    { seed, iban }: { seed: number; iban: string },
  ) {
    this.bank = new BankSimulator({ seed, iban, habits: HABITS });
  }

  /** Announced by finance; the bank has it on its next day. Answers on which. */
  async deposit(agreementId: string, amountCents: number): Promise<Day> {
    const { world, bank } = this;
    this.#deposits += 1;
    const bankReference = `VIR DEMO ${String(this.#deposits).padStart(4, '0')}`;
    await world.preparer.post('/v1/deposits', {
      ...{ agreementId, amountCents, bankReference, valueOn: world.today },
    });
    const on = nextBankingDay(world.today);
    bank.put({
      ...{ direction: 'credit', on, amountCents },
      ...{ endToEndId: bankReference, remittance: bankReference },
    });
    return on;
  }

  /** Entered at the bank by hand, under a reference that its report shows again. */
  transfer(reference: string, amountCents: number): void {
    const on = nextBankingDay(this.world.today);
    const named = { endToEndId: reference, remittance: reference };
    this.bank.put({ direction: 'debit', on, amountCents, ...named });
  }

  /** The evening's files of the bank, once a day. */
  async closeDay(day: Day): Promise<void> {
    if (!isBankingDay(day) || day <= this.#closed) return;
    this.#closed = day;
    for (const file of this.bank.closeDay(day)) await this.#report(file);
  }

  #closed: Day = '0000-01-01';

  async #report({ kind, content }: BankFile): Promise<void> {
    await this.world.preparer.send('/v1/bank-reports', content, 'application/xml');
    if (kind === 'camt.053') this.files.statement = content;
    await this.world.scheme.sweep();
  }

  /** What waits for a person in the runs: approvals, files to be sent, failed payments. */
  async work(): Promise<void> {
    const { world } = this;
    await world.scheme.sweep();
    const { items } = await world.approver.get<{ items: Run[] }>('/v1/reimbursement-runs?limit=2');
    for (const run of items) await this.#workOn(run);
  }

  async #workOn({ runId, status, linesSha256 }: Run): Promise<void> {
    const { world } = this;
    const path = `/v1/reimbursement-runs/${runId}`;
    if (status === 'prepared') {
      await world.approver.post(`${path}/approval`, { linesSha256 });
      await world.scheme.sweep();
    }
    const { status: now } = await world.approver.get<Run>(path);
    if (now !== 'issued') return;
    const file = await world.approver.download(`${path}/payment-file`);
    await world.approver.post(`${path}/submission`, { outcome: 'started' });
    this.bank.receive(file, world.today);
    await world.approver.post(`${path}/submission`, { outcome: 'submitted' });
    this.files.paymentFile = file;
    this.paid.runs += 1;
  }

  /** Payments that failed: a new account where the old one was the reason, then presented again. */
  async representFailed(): Promise<void> {
    const { world } = this;
    for (const status of ['rejected', 'returned'] as const) {
      const failed = await world.approver.list<Claim>(`/v1/payments?status=${status}`);
      for (const { claimId, organisationId, endToEndId } of failed) {
        this.#accounts += 1;
        this.paid[status] += 1;
        await world.addAccount(organisationId, this.#accounts, 'Nouveau compte (fictif)');
        await world.approver.post(`/v1/payments/${claimId}/re-presentment`, {
          evidence: { endToEndId, reference: `Courriel de la structure, ${world.today}` },
        });
        this.paid.representments += 1;
      }
    }
  }
}
