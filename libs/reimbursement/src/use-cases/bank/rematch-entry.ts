import { AggregateStore } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { bankEntry } from '../../domain/bank/bank-entry';
import { EntryMatching } from './entry-matching';

/** Looks again at an entry that waits, now that what it is about is known. */
export class RematchBankEntry extends Command<void> {
  constructor(readonly entryId: string) {
    super();
  }
}

@CommandHandler(RematchBankEntry)
export class RematchBankEntryHandler implements ICommandHandler<RematchBankEntry> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly matching: EntryMatching,
  ) {}

  /** Safe to run again. */
  async execute({ entryId }: RematchBankEntry): Promise<void> {
    const { state } = await this.aggregates.load(bankEntry, entryId);
    if (state.status === 'open' && state.booked) await this.matching.match(state);
  }
}
