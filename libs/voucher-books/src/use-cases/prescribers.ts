import { AggregateStore, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { prescriber } from '../domain/prescriber/prescriber';

/** The prescriber's id is the command's. */
export class RegisterPrescriber extends Wish<{ name: string; siret?: string; commune: string }> {}

@CommandHandler(RegisterPrescriber)
export class RegisterPrescriberHandler implements ICommandHandler<RegisterPrescriber> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RegisterPrescriber): Promise<Handled> {
    const prescriberId = context.commandId;
    const wish = { type: 'RegisterPrescriber', data: { prescriberId, ...input } } as const;
    return this.aggregates.handle(prescriber, prescriberId, wish, context);
  }
}
