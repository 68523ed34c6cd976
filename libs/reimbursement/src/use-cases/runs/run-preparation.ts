import { DomainError, instantOf, sumCents } from '@app/kernel';
import { AggregateStore, Clock, manyAtOnce, uuidV5 } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { linesSha256 } from '../../adapters/lines-sha256';
import { payment } from '../../domain/payment/payment';
import { lastAttempt } from '../../domain/payment/payment.state';
import { refuse } from '../../domain/refuse';
import { draftLines, type ClaimInOwed, type PayeeNow } from '../../domain/run/lines';
import { run } from '../../domain/run/run';
import type { StartedRun } from '../../domain/run/run.state';
import { sepaPayeeOf } from '../../domain/run/sepa-payee';
import { sliceDraft, type Slice } from '../../domain/run/slices';
import { PayableAccounts, type PayableAccount } from '../../ports/payable-accounts';
import { RunBases, type PreparationPlaces, type RunBasis } from '../../ports/run-basis';
import { RunSettings } from '../../ports/run-settings';
import { runContext, STREAMS_AT_ONCE } from './run-context';
import { findOpening, findPreparation } from './run-streams';

type Version = Pick<StartedRun, 'runId' | 'version'>;
type SlicedDraft = Readonly<{ slices: readonly Slice[]; claimsToRelease: readonly string[] }>;

/**
 * A version's way from its start to its SHA-256. All it is made of stands as of places in the log, so
 * whoever makes it, and however often, makes the same.
 */
@Injectable()
export class RunPreparation {
  /** The version at hand: each of its slices needs the whole draft, for cash is drawn in order. */
  #latest: Readonly<{ key: string; draft: Promise<SlicedDraft> }> | undefined;

  constructor(
    private readonly aggregates: AggregateStore,
    private readonly bases: RunBases,
    private readonly accounts: PayableAccounts,
    private readonly settings: RunSettings,
    private readonly clock: Clock,
  ) {}

  /** The first version, in the name of whoever opened the run; a person begins every other. */
  async start(runId: string): Promise<void> {
    const opening = (await findOpening(this.aggregates, runId)) ?? refuse('run_unknown');
    const { number, openedBy: preparedBy } = opening.data;
    const startedAt = instantOf(this.clock.now());
    const data = { runId, number, openingEventId: opening.id, preparedBy, startedAt };
    const wish = {
      type: 'StartPreparation',
      data: { ...data, rules: this.settings.rules },
    } as const;
    await this.aggregates.handle(run, runId, wish, runContext(runId, 'start'));
  }

  /** Slices of the version that are not frozen yet, and how many it has. */
  async findMissing(state: StartedRun): Promise<{ slices: readonly number[]; of: number }> {
    const { slices } = await this.#draftOf(state);
    const missing = [...slices.keys()].filter((slice) => state.slices[slice] === undefined);
    return { slices: missing, of: slices.length };
  }

  /** Does nothing for a version that is over, or a slice that is frozen. */
  async freeze({ runId, version, slice }: Version & { slice: number }): Promise<void> {
    const { state } = await this.aggregates.load(run, runId);
    if (state.status === 'none') return refuse('run_unknown');
    if (state.version !== version || state.status !== 'preparing') return;
    if (state.slices[slice] !== undefined) return;
    const { slices } = await this.#draftOf(state);
    const parts = slices[slice] ?? refuse('preparation_differs', { slice });
    const wish = { type: 'FreezeSlice', data: { version, slice, ...parts } } as const;
    const context = runContext(runId, `freeze/${version}/${slice}`);
    await this.aggregates.handle(run, runId, wish, context);
  }

  /** Once every slice is frozen. */
  async finish(state: StartedRun): Promise<void> {
    const { runId, version } = state;
    const { slices, claimsToRelease } = await this.#draftOf(state);
    for (const claimId of claimsToRelease) await this.#releaseClaim(runId, claimId);
    const lines = slices.flatMap((slice) => slice.lines);
    const data = {
      ...{ version, slices: slices.length, lines: lines.length },
      payableCents: sumCents(lines.map(({ amountCents }) => amountCents)),
      linesSha256: linesSha256(state, lines),
      preparedAt: instantOf(this.clock.now()),
    };
    const wish = { type: 'FinishPreparation', data } as const;
    await this.aggregates.handle(run, runId, wish, runContext(runId, `finish/${version}`));
    this.#latest = undefined;
  }

  /** The bank may have paid it after all since the preparation: then there is nothing to release. */
  async #releaseClaim(runId: string, claimId: string): Promise<void> {
    const wish = { type: 'ReleaseClaim', data: { runId } } as const;
    const context = runContext(runId, `release-claim/${claimId}`);
    try {
      await this.aggregates.handle(payment, claimId, wish, context);
    } catch (error) {
      if (!(error instanceof DomainError && error.code === 'claim_not_open')) throw error;
    }
  }

  #draftOf(state: StartedRun): Promise<SlicedDraft> {
    const key = `${state.runId}/${state.version}`;
    if (this.#latest?.key === key) return this.#latest.draft;
    const latest = { key, draft: this.#draft(state) };
    this.#latest = latest;
    latest.draft.catch(() => {
      if (this.#latest === latest) this.#latest = undefined;
    });
    return latest.draft;
  }

  async #draft(state: StartedRun): Promise<SlicedDraft> {
    const { runId, rules, startedAt } = state;
    const places = await this.#getPlaces(state);
    const basis = await this.bases.fetchBasis(places);
    const payees = await this.#fetchPayees(basis, { at: startedAt, upTo: places.preparedAt });
    const claims = await manyAtOnce(basis.claimIds, STREAMS_AT_ONCE, (claimId) =>
      this.#loadClaim(claimId, places),
    );
    const { amounts, cashCents } = basis;
    const claimIdOf = (organisationId: string, payment: number): string =>
      uuidV5(runId, payment === 1 ? organisationId : `${organisationId}/${payment}`);
    const draft = draftLines({ amounts, cashCents, payees, claims, rules, startedAt, claimIdOf });
    return { slices: sliceDraft(draft), claimsToRelease: draft.claimsToRelease };
  }

  async #getPlaces({ runId, version, openingEventId }: StartedRun): Promise<PreparationPlaces> {
    const opening = await findOpening(this.aggregates, runId);
    const preparation = await findPreparation(this.aggregates, { runId, version });
    if (!opening || !preparation) throw new Error(`run ${runId} was never opened or prepared`);
    const [openedAt, preparedAt] = [opening.position, preparation.position];
    return { runId, version, openingEventId, openedAt, preparedAt };
  }

  async #fetchPayees(
    { amounts, payees, barredAccounts }: RunBasis,
    asked: Parameters<PayableAccounts['fetchAccounts']>[1],
  ): Promise<readonly PayeeNow[]> {
    const ids = [...new Set(amounts.map(({ organisationId }) => organisationId))].sort();
    const decided = new Map(payees.map((payee) => [payee.organisationId, payee]));
    const barred = Map.groupBy(barredAccounts, ({ organisationId }) => organisationId);
    const accounts = await this.accounts.fetchAccounts(ids, asked);
    return accounts.map(({ organisationId, account }) => {
      const { fraudHold = false, left = false } = decided.get(organisationId) ?? {};
      const barredIbans = (barred.get(organisationId) ?? []).map(({ iban }) => iban);
      return { organisationId, account: sendable(account), fraudHold, left, barredIbans };
    });
  }

  async #loadClaim(claimId: string, { preparedAt }: PreparationPlaces): Promise<ClaimInOwed> {
    const { state } = await this.aggregates.loadAt(payment, claimId, preparedAt);
    if (state.status === 'none') throw new Error(`claim ${claimId} was never ordered`);
    const { organisationId, amountCents, components, released, granted } = state;
    const { attempt, status: answer } = lastAttempt(state);
    if (answer === 'ordered') throw new Error(`claim ${claimId} is in another file`);
    const open = granted ? 'granted' : 'waiting';
    const status = released ? 'released' : answer === 'settled' ? 'settled' : open;
    return { claimId, organisationId, amountCents, components, attempt, status };
  }
}

/** An account whose holder no payment file can name is as good as none. */
function sendable(account: PayableAccount['account']): PayableAccount['account'] {
  if (account === 'none' || account === 'quarantined') return account;
  try {
    sepaPayeeOf(account);
    return account;
  } catch (error) {
    if (error instanceof DomainError) return 'none';
    throw error;
  }
}
