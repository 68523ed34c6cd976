import { given } from '@app/platform/testing/given';
import type { ApiKeyFact, ApiKeyIssued } from '../contract';
import { apiKey, findUsable } from './api-key';
import type { ApiKeyWish } from './api-key.messages';
import { OPERATOR_PARTY_ID } from './roles';

const NOW = '2026-01-01T00:00:00.000Z';
const EXPIRES = '2027-01-01T00:00:00.000Z';
const data = (change: Partial<ApiKeyIssued['data']> = {}): ApiKeyIssued['data'] => ({
  ...{ apiKeyId: 'k', partyId: 'o', roles: ['place-cashier'], purpose: 'till' },
  ...{ keyHash: 'hash', lastFour: 'abcd', expiresAt: EXPIRES, issuedBy: 'a', issuedAs: 'operator' },
  ...change,
});
const issue = (change?: Partial<ApiKeyIssued['data']>): ApiKeyWish => ({
  type: 'IssueApiKey',
  data: { ...data(change), now: NOW, expiresAtMax: EXPIRES },
});
const issued = (change?: Partial<ApiKeyIssued['data']>): ApiKeyFact => ({
  type: 'ApiKeyIssued',
  data: data(change),
});
const revoke: ApiKeyWish = { type: 'RevokeApiKey', data: { revokedBy: 'a', reason: 'lost' } };
const revoked: ApiKeyFact = {
  type: 'ApiKeyRevoked',
  data: { apiKeyId: 'k', revokedBy: 'a', reason: 'lost' },
};

describe('an API key', () => {
  it('is issued once, until an instant that is to come and not too far', () => {
    given(apiKey).when(issue()).then(issued());
    given(apiKey, issued()).when(issue()).thenRefused('already_so');
    const late = '2027-01-01T00:00:00.001Z';
    given(apiKey)
      .when(issue({ expiresAt: late }))
      .thenRefused('expiry_out_of_range');
    given(apiKey)
      .when(issue({ expiresAt: NOW }))
      .thenRefused('expiry_out_of_range');
    const soon = { expiresAt: '2026-01-01T00:00:00.001Z' };
    given(apiKey).when(issue(soon)).then(issued(soon));
  });

  it('holds no role that approves or operates, none above, and those of one kind of party', () => {
    const refused = (change: Partial<ApiKeyIssued['data']>, code: string) =>
      given(apiKey).when(issue(change)).thenRefused(code);
    const staff = { partyId: OPERATOR_PARTY_ID };
    refused({ ...staff, roles: ['operator'] }, 'role_not_for_keys');
    refused({ ...staff, roles: ['finance-approver'] }, 'role_not_for_keys');
    refused({ roles: ['place-cashier', 'finance-approver'] }, 'role_not_for_keys');
    refused({ roles: ['place-cashier', 'system'] }, 'party_of_role');
    refused({ issuedAs: 'auditor' }, 'role_above');
    given(apiKey)
      .when(issue({ ...staff, roles: ['system'] }))
      .then(issued({ ...staff, roles: ['system'] }));
  });

  it('is revoked once', () => {
    given(apiKey, issued()).when(revoke).then(revoked);
    given(apiKey, issued(), revoked).when(revoke).thenRefused('already_so');
    given(apiKey).when(revoke).thenRefused('api_key_unknown');
  });

  it('is usable with its secret until it expires or is revoked', () => {
    const state = (...facts: readonly ApiKeyFact[]) =>
      facts.reduce((before, fact) => apiKey.evolve(before, fact), apiKey.initialState);
    const isUsable = (facts: readonly ApiKeyFact[], at: string, keyHash = 'hash') =>
      findUsable(state(...facts), { keyHash, now: new Date(at) }) !== undefined;
    expect(isUsable([issued()], '2026-12-31T23:59:59.999Z')).toBe(true);
    expect(isUsable([issued()], EXPIRES)).toBe(false);
    expect(isUsable([issued()], NOW, 'other')).toBe(false);
    expect(isUsable([issued(), revoked], NOW)).toBe(false);
    expect(isUsable([], NOW)).toBe(false);
  });
});
