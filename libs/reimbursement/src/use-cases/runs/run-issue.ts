import { DomainError, instantOf } from '@app/kernel';
import { AggregateStore, Clock, manyAtOnce } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { PaymentFiles } from '../../adapters/payment-file-store';
import { writePaymentFiles } from '../../adapters/payment-files';
import type { PaymentFile, RunLine, WrittenWith } from '../../contract';
import { payment } from '../../domain/payment/payment';
import { executionDayOf } from '../../domain/run/execution-day';
import { run } from '../../domain/run/run';
import { changedAccounts } from '../../domain/run/run-approval';
import { RUN_REGISTER_ID, runRegister } from '../../domain/run/run-register';
import { linesOf, organisationIdsOf, type StartedRun } from '../../domain/run/run.state';
import { PayableAccounts } from '../../ports/payable-accounts';
import { RunSettings } from '../../ports/run-settings';
import { accountNowOf } from './account-now';
import { RUN_JOB, runContext, STREAMS_AT_ONCE } from './run-context';
import { RunRelease } from './run-release';

/** From an approved version to the bank's last answer, in the order of work of the context's README. */
@Injectable()
export class RunIssue {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly accounts: PayableAccounts,
    private readonly releasing: RunRelease,
    private readonly files: PaymentFiles,
    private readonly settings: RunSettings,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes and issues the files of an approved version, or sends it back when an account or a claim
   * changed. The files are on disk before the event that names them.
   */
  async issue(state: StartedRun): Promise<void> {
    const { runId, version } = state;
    const issuedAt = instantOf(this.clock.now());
    const organisationIds = organisationIdsOf(state);
    const found = await this.accounts.fetchAccounts(organisationIds, { at: issuedAt });
    const accounts = found.map(accountNowOf);
    const sentBack = changedAccounts(state, accounts).length > 0;
    const changedClaims = sentBack ? [] : await this.#orderAgain(state);
    const executionOn = executionDayOf(issuedAt, this.settings.bankCutOffTime);
    const { debtor, transactionsPerFileMax } = this.settings;
    const written = { createdAt: state.approvedAt ?? issuedAt, debtor, transactionsPerFileMax };
    const files =
      sentBack || changedClaims.length > 0
        ? []
        : await this.#keepFiles(state, { executionOn, written });
    const issuedBy = RUN_JOB.id;
    const data = { version, files, executionOn, written, issuedBy, issuedAt };
    const wish = { type: 'IssueFiles', data: { ...data, accounts, changedClaims } } as const;
    try {
      await this.aggregates.handle(run, runId, wish, runContext(runId, `issue/${version}`));
    } catch (error) {
      if (error instanceof DomainError) await this.#takeBack(state);
      throw error;
    }
  }

  /** Every payment of the files has its stream before the register lets anybody go on. */
  async orderAll(state: StartedRun): Promise<void> {
    const { runId, issued } = state;
    const { state: register } = await this.aggregates.load(runRegister, RUN_REGISTER_ID);
    if (register.openRunId !== runId) return;
    const first = issued ? linesOf(state).filter(({ attempt }) => attempt === 1) : [];
    await manyAtOnce(first, STREAMS_AT_ONCE, (line) => this.#order(state, line));
    const wish = { type: 'ClearRun', data: { runId } } as const;
    await this.aggregates.handle(runRegister, RUN_REGISTER_ID, wish, runContext(runId, 'clear'));
  }

  /** Completes the run if the bank has answered every payment; says whether it has. */
  async complete(state: StartedRun): Promise<boolean> {
    const { runId } = state;
    const lines = linesOf(state);
    for (let at = 0; at < lines.length; at += STREAMS_AT_ONCE) {
      const some = lines.slice(at, at + STREAMS_AT_ONCE);
      const answered = await Promise.all(some.map((line) => this.#isAnswered(line)));
      if (answered.includes(false)) return false;
    }
    const data = { unanswered: 0, completedAt: instantOf(this.clock.now()) };
    const wish = { type: 'CompleteRun', data } as const;
    await this.aggregates.handle(run, runId, wish, runContext(runId, 'complete'));
    return true;
  }

  /**
   * Re-presentments, ordered before their file: a late debit of the attempt before is judged in the
   * same stream. Answers the organisations of those that their claims do not allow any more.
   */
  async #orderAgain(state: StartedRun): Promise<readonly string[]> {
    const again = linesOf(state).filter(({ attempt }) => attempt > 1);
    const refused = await manyAtOnce(again, STREAMS_AT_ONCE, async (line) => {
      try {
        await this.#order(state, line);
        return undefined;
      } catch (error) {
        if (error instanceof DomainError) return line.organisationId;
        throw error;
      }
    });
    return [...new Set(refused.filter((organisationId) => organisationId !== undefined))];
  }

  /** The version was over before its files were issued: nothing of it may stay ordered. */
  async #takeBack(state: StartedRun): Promise<void> {
    const { state: now } = await this.aggregates.load(run, state.runId);
    if (now.status === 'none' || now.issued?.version === state.version) return;
    await this.releasing.withdraw(state);
  }

  async #order({ runId, version }: StartedRun, line: RunLine): Promise<void> {
    const { claimId, organisationId, attempt, endToEndId, amountCents, components } = line;
    const { bankAccountId, iban } = line.payee;
    const ordered = { claimId, organisationId, runId, version, attempt, endToEndId };
    const data = { ...ordered, amountCents, components, bankAccountId, iban };
    const context = runContext(runId, `order/${version}/${endToEndId}`);
    await this.aggregates.handle(payment, claimId, { type: 'OrderPayment', data }, context);
  }

  async #keepFiles(
    state: StartedRun,
    input: Pick<WrittenInput, 'executionOn' | 'written'>,
  ): Promise<readonly PaymentFile[]> {
    const files = filesOf({ ...input, state });
    for (const file of files) await this.files.keep(file);
    return files.map(({ content: _, replacements: __, ...file }) => file);
  }

  async #isAnswered({ claimId, endToEndId }: RunLine): Promise<boolean> {
    const { state } = await this.aggregates.load(payment, claimId);
    if (state.status === 'none') return false;
    const attempt = state.attempts.find((each) => each.endToEndId === endToEndId);
    return attempt !== undefined && attempt.status !== 'ordered';
  }
}

type WrittenInput = Readonly<{ state: StartedRun; executionOn: string; written: WrittenWith }>;

/** The same bytes whenever they are written. */
export const filesOf = ({ state, executionOn, written }: WrittenInput) =>
  writePaymentFiles({
    ...{ runId: state.runId, number: state.number, version: state.version },
    ...{ lines: linesOf(state), executionOn, ...written },
  });
