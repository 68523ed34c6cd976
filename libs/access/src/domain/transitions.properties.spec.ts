import { DomainError, type Command, type Decider, type Event } from '@app/kernel';
import fc from 'fast-check';
import { apiKey } from './api-key';
import { invitation } from './invitation';
import { operators } from './operators';
import { OPERATOR_PARTY_ID, type Role } from './roles';
import { user } from './user';

const ROLES: readonly Role[] = [
  ...(['operator', 'finance-preparer', 'finance-approver', 'funder', 'prescriber'] as const),
  ...(['place-manager', 'place-cashier', 'auditor', 'system'] as const),
];
const who = fc.constantFrom('a', 'b', 'c');
const role = fc.constantFrom(...ROLES);
const partyId = fc.constantFrom('f', OPERATOR_PARTY_ID);
const optional = { requiredKeys: [] as never[] };
const invitedOr = fc.record({ invitationId: fc.constant('i') }, optional);

const giveRole = (given: fc.Arbitrary<Role>, party = partyId) =>
  fc
    .tuple(fc.record({ partyId: party, role: given, givenBy: who, givenAs: role }), invitedOr)
    .map(([data, invited]) => ({ ...data, ...invited }));
const withdrawRole = (taken: fc.Arbitrary<Role>, party = partyId) =>
  fc.record({ partyId: party, role: taken, withdrawnBy: who, withdrawnAs: role });

/** Every wish in any order: what is decided, one word. */
function wordOf<C extends Command, S, E extends Event>(
  decider: Decider<C, S, E>,
  wishes: readonly C[],
): readonly E[] {
  let state = decider.initialState;
  const word: E[] = [];
  for (const wish of wishes) {
    let decided: readonly E[] = [];
    try {
      decided = decider.decide(wish, state);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
    }
    for (const event of decided) state = decider.evolve(state, event);
    word.push(...decided);
  }
  return word;
}

const written = (events: readonly Event[]): string => events.map(({ type }) => type).join(' ');

it('a user is registered first, and holds a role between its gift and its withdrawal', () => {
  const registration = invitedOr.map((data) => ({
    type: 'RegisterUser' as const,
    data: { userId: 'u', ...data },
  }));
  const wish = fc.oneof(
    registration,
    giveRole(role).map((data) => ({ type: 'GiveRole' as const, data: { ...data, userId: 'u' } })),
    withdrawRole(role).map((data) => ({
      type: 'WithdrawRole' as const,
      data: { ...data, userId: 'u', reason: 'r' },
    })),
  );
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
      const word = wordOf(user, wishes);
      expect(written(word)).toMatch(/^(UserRegistered( Role(Given|Withdrawn))*)?$/);
      const memberships = word.flatMap((fact) => (fact.type === 'UserRegistered' ? [] : [fact]));
      const each = Map.groupBy(memberships, ({ data }) => `${data.partyId} ${data.role}`);
      for (const facts of each.values()) {
        expect(written(facts)).toMatch(/^(RoleGiven RoleWithdrawn ?)*(RoleGiven)?$/);
      }
    }),
  );
});

it('the operators, once there is one, are never none', () => {
  const party = fc.constant(OPERATOR_PARTY_ID);
  const operator = fc.constant<Role>('operator');
  const wish = fc.oneof(
    fc.tuple(giveRole(operator, party), who).map(([data, userId]) => ({
      type: 'GiveRole' as const,
      data: { ...data, userId },
    })),
    fc.tuple(withdrawRole(operator, party), who).map(([data, userId]) => ({
      type: 'WithdrawRole' as const,
      data: { ...data, userId, reason: 'r' },
    })),
  );
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 40 }), (wishes) => {
      let state = operators.initialState;
      for (const [at, fact] of wordOf(operators, wishes).entries()) {
        state = operators.evolve(state, fact);
        expect([at, state.length > 0, new Set(state).size]).toEqual([at, true, state.length]);
        if (fact.type === 'RoleWithdrawn') expect(fact.data.withdrawnBy).not.toBe(fact.data.userId);
      }
    }),
  );
});

it('an invitation is accepted or revoked once', () => {
  const made = { invitationId: 'i', secretHash: 'h', expiresAt: '2026-01-02', invitedBy: 'a' };
  const wish = fc.oneof(
    fc.record({ role, partyId, invitedAs: role }).map((data) => ({
      type: 'MakeInvitation' as const,
      data: { ...made, ...data },
    })),
    fc
      .record({
        userId: who,
        secretHash: fc.constantFrom('h', 'x'),
        now: fc.constantFrom('2026-01-01', '2026-01-03'),
        isInviterEntitled: fc.boolean(),
      })
      .map((data) => ({ type: 'AcceptInvitation' as const, data })),
    fc.constant({ type: 'RevokeInvitation' as const, data: { revokedBy: 'a' } }),
  );
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
      const word = written(wordOf(invitation, wishes));
      expect(word).toMatch(/^(InvitationMade( Invitation(Accepted|Revoked))?)?$/);
    }),
  );
});

it('an API key is issued, then revoked', () => {
  const key = { apiKeyId: 'k', purpose: 'p', keyHash: 'h', lastFour: 'abcd', issuedBy: 'a' };
  const when = { expiresAt: '2026-01-02', now: '2026-01-01', expiresAtMax: '2027-01-01' };
  const wish = fc.oneof(
    fc
      .record({ partyId, roles: fc.array(role, { minLength: 1 }), issuedAs: role })
      .map((data) => ({ type: 'IssueApiKey' as const, data: { ...key, ...when, ...data } })),
    fc.constant({ type: 'RevokeApiKey' as const, data: { revokedBy: 'a', reason: 'r' } }),
  );
  fc.assert(
    fc.property(fc.array(wish, { maxLength: 30 }), (wishes) => {
      expect(written(wordOf(apiKey, wishes))).toMatch(/^(ApiKeyIssued( ApiKeyRevoked)?)?$/);
    }),
  );
});
