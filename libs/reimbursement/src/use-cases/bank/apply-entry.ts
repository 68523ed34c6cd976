import { AggregateStore, uuidV5, Wish } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { bankEntry } from '../../domain/bank/bank-entry';
import { EntryEffects } from './entry-effects';
import { machineContext } from './machine-context';

/** Lets a match or a resolution take its effect; what is refused waits for a person again. */
export class ApplyBankEntry extends Wish<{ entryId: string }, void> {}

@CommandHandler(ApplyBankEntry)
export class ApplyBankEntryHandler implements ICommandHandler<ApplyBankEntry> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly effects: EntryEffects,
  ) {}

  /** Safe to run again, and twice at once: an effect that is there already is not there twice. */
  async execute({ input: { entryId } }: ApplyBankEntry): Promise<void> {
    const { state } = await this.aggregates.load(bankEntry, entryId);
    if (state.status !== 'taken' || state.taken === undefined) return;
    const { taken, round } = state;
    const refused = await this.effects.apply({ ...state, taken });
    const wish = { type: 'RecordEffect', data: { round, refused } } as const;
    const context = machineContext(uuidV5(entryId, `applied/${round}`), entryId);
    await this.aggregates.handle(bankEntry, entryId, wish, context);
  }
}
