import { DomainError } from '@app/kernel';
import { AggregateStore, Clock, Randomness, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { InvitationMade } from '../contract';
import { invitation } from '../domain/invitation';
import { operators, OPERATORS_ID } from '../domain/operators';
import type { Role } from '../domain/roles';
import { isStillHeld, user } from '../domain/user';
import { makeSecret, readSecret } from '../secrets';

/** Whoever asks again hears everything but the secret, which is kept nowhere. */
export type Shown = Readonly<{ secret: string | undefined }>;

type Made = Readonly<{
  partyId: string;
  role: Role;
  validDays: number;
  invitedBy: string;
  invitedAs: Role;
}>;

const DAY_MS = 86_400_000;

/** The invitation's id is the command's. */
export class MakeInvitation extends Wish<Made, Handled & Shown> {}

@CommandHandler(MakeInvitation)
export class MakeInvitationHandler implements ICommandHandler<MakeInvitation> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
    private readonly randomness: Randomness,
  ) {}

  async execute({ input, context }: MakeInvitation): Promise<Handled & Shown> {
    const { validDays, ...rest } = input;
    const invitationId = context.commandId;
    const secret = makeSecret('ci_', invitationId, this.randomness);
    const expiresAt = new Date(this.clock.now().getTime() + validDays * DAY_MS).toISOString();
    const data = { ...rest, invitationId, secretHash: secret.hash, expiresAt };
    const wish = { type: 'MakeInvitation', data } as const;
    const handled = await this.aggregates.handle(invitation, invitationId, wish, context);
    const made = handled.events[0]?.data as InvitationMade['data'] | undefined;
    return { ...handled, secret: made?.secretHash === secret.hash ? secret.text : undefined };
  }
}

/** By the user who logged in; `secret` as it was shown. */
export class AcceptInvitation extends Wish<Readonly<{ userId: string; secret: string }>> {}

@CommandHandler(AcceptInvitation)
export class AcceptInvitationHandler implements ICommandHandler<AcceptInvitation> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly clock: Clock,
  ) {}

  async execute({ input: { userId, secret }, context }: AcceptInvitation): Promise<Handled> {
    const known = readSecret('ci_', secret);
    if (known === undefined) throw new DomainError('invitation_unknown');
    const isInviterEntitled = await this.#isInviterEntitled(known.id);
    const now = this.clock.now().toISOString();
    const data = { userId, secretHash: known.hash, now, isInviterEntitled };
    const wish = { type: 'AcceptInvitation', data } as const;
    return this.aggregates.handle(invitation, known.id, wish, context);
  }

  /** What is taken from the inviter while this is decided comes after it. */
  async #isInviterEntitled(invitationId: string): Promise<boolean> {
    const { state } = await this.aggregates.load(invitation, invitationId);
    if (state.status === 'unknown') return false;
    const { invitedBy: userId } = state.made;
    const [inviter, operating] = await Promise.all([
      this.aggregates.load(user, userId),
      this.aggregates.load(operators, OPERATORS_ID),
    ]);
    return isStillHeld(state.made, { userId, user: inviter.state, operators: operating.state });
  }
}

export class RevokeInvitation extends Wish<Readonly<{ invitationId: string; revokedBy: string }>> {}

@CommandHandler(RevokeInvitation)
export class RevokeInvitationHandler implements ICommandHandler<RevokeInvitation> {
  constructor(private readonly aggregates: AggregateStore) {}

  execute({ input, context }: RevokeInvitation): Promise<Handled> {
    const { invitationId, ...data } = input;
    const wish = { type: 'RevokeInvitation', data } as const;
    return this.aggregates.handle(invitation, invitationId, wish, context);
  }
}
