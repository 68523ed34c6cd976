import { given } from '@app/platform/testing/given';
import type { OrganisationFact } from '../contract';
import { findPayableAccount, organisation } from './organisation';
import type { OrganisationWish } from './organisation.messages';

const address = { street: '1 rue A', postalCode: '58000', city: 'Nevers', country: 'FR' };
const details = { name: 'Asso', siret: '73282932000074', legalForm: 'association', address };
const registered: OrganisationFact = {
  type: 'OrganisationRegistered',
  data: { organisationId: 'o', ...details },
};
const account = (bankAccountId: string) => ({
  bankAccountId,
  iban: 'FR7630006000011234567890189',
  holderName: 'Asso',
  declaredBy: 'manager',
  declaredAt: '2026-03-01T08:00:00.000Z',
});
const declare = (id: string): OrganisationWish => ({
  type: 'DeclareBankAccount',
  data: account(id),
});
const declared = (id: string): OrganisationFact => ({
  type: 'BankAccountDeclared',
  data: { organisationId: 'o', ...account(id) },
});
const verify = (id: string, change = {}): OrganisationWish => ({
  type: 'VerifyBankAccount',
  data: {
    bankAccountId: id,
    outcome: 'match',
    verifiedBy: 'finance',
    verifiedAt: '2026-03-02T08:00:00.000Z',
    ...change,
  },
});
const verified = (id: string, change = {}): OrganisationFact => ({
  type: 'BankAccountVerified',
  data: {
    organisationId: 'o',
    bankAccountId: id,
    outcome: 'match',
    verifiedBy: 'finance',
    verifiedAt: '2026-03-02T08:00:00.000Z',
    ...change,
  },
});
const revocation = {
  bankAccountId: 'a',
  reason: 'fraud',
  revokedBy: 'manager',
  revokedAt: '2026-04-01T08:00:00.000Z',
};
const revoked: OrganisationFact = {
  type: 'BankAccountRevoked',
  data: { organisationId: 'o', ...revocation },
};
const quarantine = { quarantinedUntilAt: '2026-03-04T08:00:00.000Z' };
const payable = (at: string, ...facts: OrganisationFact[]) =>
  findPayableAccount(facts.reduce(organisation.evolve, organisation.initialState), at);

describe('an organisation', () => {
  it('is registered once and corrected when something differs', () => {
    given(organisation)
      .when({ type: 'RegisterOrganisation', data: { organisationId: 'o', ...details } })
      .then(registered);
    given(organisation, registered)
      .when({ type: 'RegisterOrganisation', data: { organisationId: 'o', ...details } })
      .thenRefused('already_so');
    given(organisation, registered)
      .when({ type: 'CorrectOrganisation', data: details })
      .thenRefused('already_so');
    given(organisation, registered)
      .when({ type: 'CorrectOrganisation', data: { ...details, name: 'Asso 58' } })
      .then({
        type: 'OrganisationCorrected',
        data: { organisationId: 'o', ...details, name: 'Asso 58' },
      });
  });
});

describe('a bank account', () => {
  it('is verified by another person, and the first one at once', () => {
    given(organisation, registered).when(declare('a')).then(declared('a'));
    given(organisation, registered, declared('a')).when(verify('a')).then(verified('a'));
    given(organisation, registered, declared('a'))
      .when(verify('a', { verifiedBy: 'manager' }))
      .thenRefused('same_person');
  });

  it('waits 48 hours when it replaces a verified or a revoked one', () => {
    given(organisation, registered, declared('a'), verified('a'), declared('b'))
      .when(verify('b'))
      .then(verified('b', quarantine));
    given(organisation, registered, declared('a'), verified('a'), revoked, declared('b'))
      .when(verify('b'))
      .then(verified('b', quarantine));
  });

  it('that only came close waits for a person and may still match', () => {
    const close = verified('a', { outcome: 'close' });
    given(organisation, registered, declared('a'))
      .when(verify('a', { outcome: 'close' }))
      .then(close);
    given(organisation, registered, declared('a'), close).when(verify('a')).then(verified('a'));
    given(organisation, registered, declared('a'), close)
      .when(verify('a', { outcome: 'close' }))
      .thenRefused('already_so');
  });

  it('is payable from the end of its quarantine', () => {
    const facts = [
      registered,
      declared('a'),
      verified('a'),
      declared('b'),
      verified('b', quarantine),
    ];
    expect(payable('2026-03-04T07:59:59.999Z', ...facts)).toBe('quarantined');
    expect(payable('2026-03-04T08:00:00.000Z', ...facts)).toMatchObject({ bankAccountId: 'b' });
  });

  it('is not payable before it is verified nor after it is revoked', () => {
    const at = '2026-05-01T00:00:00.000Z';
    expect(payable(at, registered, declared('a'))).toBeUndefined();
    expect(payable(at, registered, declared('a'), verified('a'))).toMatchObject({
      bankAccountId: 'a',
    });
    expect(payable(at, registered, declared('a'), verified('a'), revoked)).toBeUndefined();
    given(organisation, registered, declared('a'), revoked)
      .when({ type: 'RevokeBankAccount', data: revocation })
      .thenRefused('already_so');
    given(organisation, registered).when(verify('x')).thenRefused('bank_account_unknown');
  });
});
