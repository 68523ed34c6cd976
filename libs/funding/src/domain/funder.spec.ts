import { given } from '@app/platform/testing/given';
import type { FunderFact } from '../contract';
import { funder, isPayable } from './funder';
import type { FunderWish } from './funder.messages';

const registration = {
  funderId: 'f',
  name: 'Creuse',
  siret: '22230001400016',
  kind: 'departement',
} as const;
const registered: FunderFact = { type: 'FunderRegistered', data: registration };
const address = { street: '1 place', postalCode: '23000', city: 'Guéret', country: 'FR' };
const { funderId: _, ...details } = registration;
const correct = (change = {}): FunderWish => ({
  type: 'CorrectFunder',
  data: { ...details, address, ...change },
});
const corrected: FunderFact = {
  type: 'FunderCorrected',
  data: { ...registration, address },
};
const account = {
  bankAccountId: 'b',
  iban: 'FR7630006000011234567890189',
  holderName: 'Creuse',
  declaredBy: 'asker',
};
const declared: FunderFact = {
  type: 'FunderBankAccountDeclared',
  data: { funderId: 'f', ...account },
};
const verify = (
  outcome: 'match' | 'close' | 'no-match' = 'match',
  verifiedBy = 'checker',
): FunderWish => ({
  type: 'VerifyFunderBankAccount',
  data: { bankAccountId: 'b', outcome, verifiedBy },
});
const verified = (outcome: 'match' | 'close' | 'no-match' = 'match'): FunderFact => ({
  type: 'FunderBankAccountVerified',
  data: { funderId: 'f', bankAccountId: 'b', outcome, verifiedBy: 'checker' },
});
const revoke: FunderWish = {
  type: 'RevokeFunderBankAccount',
  data: { bankAccountId: 'b', reason: 'closed' },
};
const revoked: FunderFact = {
  type: 'FunderBankAccountRevoked',
  data: { funderId: 'f', bankAccountId: 'b', reason: 'closed' },
};

describe('a funder', () => {
  it('is registered once', () => {
    given(funder).when({ type: 'RegisterFunder', data: registration }).then(registered);
    given(funder, registered)
      .when({ type: 'RegisterFunder', data: registration })
      .thenRefused('already_so');
  });

  it('is corrected, unless it is so already', () => {
    given(funder).when(correct()).thenRefused('funder_unknown');
    given(funder, registered).when(correct()).then(corrected);
    given(funder, registered, corrected).when(correct()).thenRefused('already_so');
    for (const change of [{ name: 'La Creuse' }, { address: { ...address, city: 'Aubusson' } }]) {
      given(funder, registered, corrected)
        .when(correct(change))
        .then({ type: 'FunderCorrected', data: { ...registration, address, ...change } });
    }
    // What is left out is gone: these are all its details.
    given(funder, registered, corrected)
      .when({ type: 'CorrectFunder', data: details })
      .then({ type: 'FunderCorrected', data: registration });
  });

  it('has its bank account verified by another person', () => {
    given(funder, registered)
      .when({ type: 'DeclareFunderBankAccount', data: account })
      .then(declared);
    given(funder, registered, declared).when(verify()).then(verified());
    given(funder, registered, declared).when(verify('match', 'asker')).thenRefused('same_person');
    given(funder, registered, declared, verified()).when(verify()).thenRefused('already_so');
    given(funder, registered).when(verify()).thenRefused('bank_account_unknown');
  });

  it('gets refunds on a matching account only, and not after its revocation', () => {
    const after = (...facts: FunderFact[]) =>
      isPayable(facts.reduce(funder.evolve, funder.initialState), 'b');
    expect(after(registered, declared)).toBe(false);
    expect(after(registered, declared, verified())).toBe(true);
    expect(after(registered, declared, verified('close'))).toBe(false);
    expect(after(registered, declared, verified(), revoked)).toBe(false);
    given(funder, registered, declared, revoked).when(revoke).thenRefused('already_so');
    given(funder, registered, declared, revoked).when(verify()).thenRefused('already_so');
  });
});
