import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { RunPreparation } from './run-preparation';

/**
 * Freezes a slice of a version that is being prepared. Safe to run again, and of a version that is
 * over: then it does nothing.
 */
export class FreezeRunSlice extends Command<void> {
  constructor(readonly input: Readonly<{ runId: string; version: number; slice: number }>) {
    super();
  }
}

@CommandHandler(FreezeRunSlice)
export class FreezeRunSliceHandler implements ICommandHandler<FreezeRunSlice> {
  constructor(private readonly preparation: RunPreparation) {}

  execute({ input }: FreezeRunSlice): Promise<void> {
    return this.preparation.freeze(input);
  }
}
