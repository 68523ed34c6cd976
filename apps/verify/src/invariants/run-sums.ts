import type { RecordedEvent } from '@app/platform';
import type { RunFact, RunLine } from '@app/reimbursement/contract';
import { type Broken, handle, type Handlers, Invariant } from '../invariant';

/** I-8: a run, its lines and its files say the same sums, and no end-to-end id is used twice. */
export class RunSums extends Invariant {
  readonly id = 'I-8';
  readonly says = 'run = lines = files to the cent, end-to-end ids unique for ever';

  /** Of the version at hand, by run. */
  readonly #lines = new Map<string, RunLine[]>();
  readonly #sha256 = new Map<string, string>();
  readonly #endToEndIds = new Set<string>();
  readonly #messageIds = new Set<string>();
  #broken: Broken = () => undefined;

  see(event: RecordedEvent, broken: Broken): void {
    this.#broken = broken;
    handle<RunFact>(this.#handlers, event);
  }

  readonly #handlers: Handlers<RunFact> = {
    PreparationStarted: ({ runId }) => {
      this.#lines.set(runId, []);
    },
    LinesFrozen: ({ runId, lines }) => {
      this.#lines.get(runId)?.push(...lines);
      for (const { claimId, amountCents, components } of lines) {
        const sum = components.reduce((cents, component) => cents + component.cents, 0);
        if (amountCents !== sum || amountCents <= 0) {
          this.#broken(`claim ${claimId} pays ${amountCents} for ${sum}`);
        }
      }
    },
    RunPrepared: ({ runId, lines, payableCents, linesSha256 }) => {
      this.#assertSum(runId, { lines, cents: payableCents, of: 'its lines' });
      this.#sha256.set(runId, linesSha256);
    },
    RunApproved: ({ runId, linesSha256 }) => {
      if (this.#sha256.get(runId) !== linesSha256) {
        this.#broken(`run ${runId} is approved with another hash than it was prepared with`);
      }
    },
    PaymentFileIssued: ({ runId, files }) => {
      const lines = files.reduce((sum, file) => sum + file.transactions, 0);
      const cents = files.reduce((sum, file) => sum + file.amountCents, 0);
      this.#assertSum(runId, { lines, cents, of: 'its files' });
      for (const { messageId } of files) this.#assertNew(this.#messageIds, messageId);
      for (const { endToEndId } of this.#lines.get(runId) ?? []) {
        this.#assertNew(this.#endToEndIds, endToEndId);
        if (endToEndId.length > 35) this.#broken(`${endToEndId} has more than 35 characters`);
      }
    },
  };

  #assertNew(known: Set<string>, id: string): void {
    if (known.has(id)) this.#broken(`${id} is sent to the bank twice`);
    known.add(id);
  }

  #assertSum(runId: string, said: Readonly<{ lines: number; cents: number; of: string }>): void {
    const lines = this.#lines.get(runId) ?? [];
    const cents = lines.reduce((sum, line) => sum + line.amountCents, 0);
    if (lines.length !== said.lines || cents !== said.cents) {
      this.#broken(
        `run ${runId} has ${lines.length} lines of ${cents} cents, ${said.of} ${said.lines} of ${said.cents}`,
      );
    }
  }
}
