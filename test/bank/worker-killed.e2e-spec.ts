import {
  writeStatement,
  type BookedEntry,
} from '../../apps/standalone/src/bank-simulator/bank-messages';
import { hireStaff, signAgreement, today, typeDeposit, type Staff } from '../stories/cast';
import { eventually } from '../support/caller';
import { Carnet } from '../support/carnet';

// Real programs on a machine that may be busy: only a hang should end a test.
jest.setTimeout(300_000);

const ENTRIES = 600;
const DEPOSITS = 5;

let carnet: Carnet;
let staff: Staff;
let depositIds: readonly string[];
/** Of the programs' logs. */
const waiting: string[] = [];

beforeAll(async () => {
  const listen = (line: string): void => {
    if (line.includes('the report waits for the next sweep')) waiting.push(line);
  };
  carnet = await Carnet.start({ listen });
  staff = await hireStaff(carnet);
  const { agreementId } = await signAgreement(carnet, staff);
  const typed = Array.from({ length: DEPOSITS }, (_, at) =>
    typeDeposit(staff, { agreementId, amountCents: 100 + at, bankReference: `REF-${at}` }),
  );
  depositIds = (await Promise.all(typed)).map(({ depositId }) => depositId);
});

afterAll(() => carnet.stop());

/** One credit each; the first few are of typed deposits. */
function statement(): Buffer {
  const entries = Array.from({ length: ENTRIES }, (_, at): BookedEntry => ({
    ...{ amountCents: 100 + at, direction: 'credit', bookedOn: today() },
    ...{ reference: `REF-${at}`, transactions: [] },
  }));
  const closingCents = entries.reduce((sum, { amountCents }) => sum + amountCents, 0);
  const of = { id: 'S-1', on: today(), iban: 'FR7630006000011234567890189', openingCents: 0 };
  return writeStatement({ ...of, entries, closingCents }, '08');
}

type Job = Readonly<{ state: string; progress: { done: number; total: number } }>;

describe('a report of the bank', () => {
  it('comes to its end though its worker is killed on the way, and Redis with it', async () => {
    const path = '/v1/bank-reports';
    const sent = await staff.preparer.upload<{ reportId: string; jobId: string }>(
      path,
      statement(),
    );
    const job = () => staff.preparer.get<Job>(`/v1/jobs/${sent.jobId}`);
    const stops: number[] = [];
    for (const killed of [['worker'], ['worker', 'redis']] as const) {
      const before = stops.at(-1) ?? 0;
      await eventually('it goes on', async () => {
        const { state, progress } = await job();
        return state === 'done' || progress.done > before;
      });
      for (const name of killed) await carnet.kill(name);
      stops.push((await job()).progress.done);
      for (const name of [...killed].reverse()) await carnet.restart(name);
    }
    await eventually('the job is done', async () => (await job()).state === 'done');
    // It had a job from the beginning.
    expect(waiting).toEqual([]);
    // At least once it was cut off in the middle.
    expect(stops.some((done) => done > 0 && done < ENTRIES)).toBe(true);
    for (const depositId of depositIds) {
      await eventually('its entry confirms the deposit', async () => {
        const { status } = await staff.auditor.get<{ status: string }>(`/v1/deposits/${depositId}`);
        return status === 'confirmed';
      });
    }
    // From here every view is asked for all that was recorded.
    const events = await carnet.events();
    const report = await staff.auditor.get(`${path}/${sent.reportId}`);
    const counts = { matched: DEPOSITS, waiting: ENTRIES - DEPOSITS, duplicate: 0 };
    expect(report).toMatchObject({ status: 'completed', items: ENTRIES, ...counts });
    const countOf = (wanted: string) => events.filter(({ type }) => type === wanted).length;
    expect(countOf('BankEntryRecorded')).toBe(ENTRIES);
    expect(countOf('DepositBooked')).toBe(DEPOSITS);
    expect(await staff.auditor.get('/v1/reconciliation')).toMatchObject({ differenceCents: 0 });
  });
});
