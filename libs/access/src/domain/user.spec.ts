import { given } from '@app/platform/testing/given';
import type { RoleGiven, RoleWithdrawn, UserFact } from '../contract';
import { operators } from './operators';
import { OPERATOR_PARTY_ID, type Role } from './roles';
import { user } from './user';
import type { GiveRole, WithdrawRole } from './user.messages';

const registered: UserFact = { type: 'UserRegistered', data: { userId: 'u' } };
type Change<Data> = Partial<Data>;

const gift = (change: Change<GiveRole['data']> = {}): GiveRole['data'] => ({
  ...{ userId: 'u', partyId: 'f', role: 'funder', givenBy: 'o', givenAs: 'operator' },
  ...change,
});
const give = (change?: Change<GiveRole['data']>): GiveRole => ({
  type: 'GiveRole',
  data: gift(change),
});
const gave = (change?: Change<GiveRole['data']>): RoleGiven => ({
  type: 'RoleGiven',
  data: gift(change),
});
const withdrawal = (change: Change<WithdrawRole['data']> = {}): WithdrawRole['data'] => ({
  ...{ userId: 'u', partyId: 'f', role: 'funder', withdrawnBy: 'o', withdrawnAs: 'operator' },
  ...{ reason: 'left', ...change },
});
const withdraw = (change?: Change<WithdrawRole['data']>): WithdrawRole => ({
  type: 'WithdrawRole',
  data: withdrawal(change),
});
const withdrew = (change?: Change<WithdrawRole['data']>): RoleWithdrawn => ({
  type: 'RoleWithdrawn',
  data: withdrawal(change),
});

describe('a user', () => {
  it('is registered once, and stays so when an invitation says it again', () => {
    const register = { type: 'RegisterUser', data: { userId: 'u' } } as const;
    given(user).when(register).then(registered);
    given(user, registered).when(register).thenRefused('already_so');
    const invited = { ...register, data: { userId: 'u', invitationId: 'i' } };
    given(user, registered).when(invited).thenNothing();
  });

  it('is given a role once, and keeps it when an invitation says it again', () => {
    given(user, registered).when(give()).then(gave());
    given(user, registered, gave()).when(give()).thenRefused('already_so');
    given(user, registered, gave())
      .when(give({ invitationId: 'i' }))
      .thenNothing();
    given(user, registered, gave())
      .when(give({ partyId: 'g' }))
      .then(gave({ partyId: 'g' }));
    given(user).when(give()).thenRefused('user_unknown');
  });

  it('has a role withdrawn that it holds for that party', () => {
    given(user, registered, gave()).when(withdraw()).then(withdrew());
    given(user, registered, gave())
      .when(withdraw({ partyId: 'g' }))
      .thenRefused('role_not_held');
    given(user, registered, gave(), withdrew()).when(withdraw()).thenRefused('role_not_held');
    given(user, registered, gave(), withdrew()).when(give()).then(gave());
  });

  it.each<[Role, Role, string, boolean]>([
    ['operator', 'finance-approver', OPERATOR_PARTY_ID, true],
    ['operator', 'place-cashier', 'p', true],
    ['funder', 'funder', 'f', true],
    ['funder', 'prescriber', 'f', false],
    ['prescriber', 'prescriber', 'p', true],
    ['place-manager', 'place-cashier', 'p', true],
    ['place-cashier', 'place-cashier', 'p', false],
    ['place-cashier', 'place-manager', 'p', false],
    ['finance-approver', 'finance-preparer', OPERATOR_PARTY_ID, false],
    ['auditor', 'auditor', OPERATOR_PARTY_ID, false],
  ])('as %s gives and takes %s of %s: %s', (as, role, partyId, may) => {
    const of = { role, partyId };
    const giving = given(user, registered).when(give({ ...of, givenAs: as }));
    const taking = given(user, registered, gave(of)).when(withdraw({ ...of, withdrawnAs: as }));
    if (may) {
      giving.then(gave({ ...of, givenAs: as }));
      return taking.then(withdrew({ ...of, withdrawnAs: as }));
    }
    giving.thenRefused('role_above');
    taking.thenRefused('role_above');
  });

  it('is staff of the operator alone, of any other party something else, and no machine', () => {
    const staff = { role: 'auditor', partyId: OPERATOR_PARTY_ID } as const;
    given(user, registered).when(give(staff)).then(gave(staff));
    const refused = (change: Change<GiveRole['data']>, code: string) =>
      given(user, registered).when(give(change)).thenRefused(code);
    refused({ ...staff, partyId: 'f' }, 'party_of_role');
    refused({ partyId: OPERATOR_PARTY_ID }, 'party_of_role');
    refused({ ...staff, role: 'system' }, 'role_not_for_users');
  });
});

describe('the operators', () => {
  const of = (userId: string) =>
    ({ userId, role: 'operator', partyId: OPERATOR_PARTY_ID }) as const;
  const [a, b] = [gave(of('a')), gave(of('b'))];

  it('are removed by another, as long as another is left', () => {
    const remove = (userId: string, withdrawnBy: string) =>
      withdraw({ ...of(userId), withdrawnBy });
    given(operators, a, b)
      .when(remove('a', 'b'))
      .then(withdrew({ ...of('a'), withdrawnBy: 'b' }));
    given(operators, a, b).when(remove('a', 'a')).thenRefused('same_person');
    given(operators, a).when(remove('a', 'b')).thenRefused('last_operator');
    given(operators, a).when(remove('a', 'a')).thenRefused('last_operator');
    given(operators, a).when(remove('b', 'a')).thenRefused('role_not_held');
    given(operators, a, b, withdrew(of('a')))
      .when(remove('b', 'a'))
      .thenRefused('last_operator');
  });

  it('are of the operator’s party, and leave no other', () => {
    const elsewhere = { ...of('a'), partyId: 'f', withdrawnBy: 'b' };
    given(operators, a, b).when(withdraw(elsewhere)).thenRefused('role_not_held');
  });

  it('are each one once', () => {
    given(operators, a)
      .when(give(of('b')))
      .then(b);
    given(operators, a)
      .when(give(of('a')))
      .thenRefused('already_so');
    given(operators, a)
      .when(give({ ...of('a'), invitationId: 'i' }))
      .thenNothing();
  });
});
