import type { Decider } from '@app/kernel';
import type { ApiKeyFact, ApiKeyIssued } from '../contract';
import type { ApiKeyWish, IssueApiKey } from './api-key.messages';
import { refuse } from './refuse';
import { assertForKeys, assertMayGive, assertPartyOf } from './roles';

export type ApiKey =
  { status: 'unknown' } | { status: 'issued' | 'revoked'; issued: ApiKeyIssued['data'] };

/** What a machine says who it is with: for one party, in some roles, until it expires. */
export const apiKey: Decider<ApiKeyWish, ApiKey, ApiKeyFact> = {
  name: 'api-key',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'IssueApiKey') {
      return state.status === 'unknown' ? issue(wish) : refuse('already_so');
    }
    if (state.status === 'unknown') return refuse('api_key_unknown');
    if (state.status === 'revoked') return refuse('already_so');
    const { apiKeyId } = state.issued;
    return [{ type: 'ApiKeyRevoked', data: { apiKeyId, ...wish.data } }];
  },

  evolve: (state, { type, data }) => {
    if (type === 'ApiKeyIssued') return { status: 'issued', issued: data };
    return state.status === 'unknown' ? state : { ...state, status: 'revoked' };
  },
};

/** What the key is good for now; undefined for another secret, a revoked key or an expired one. */
export const findUsable = (
  state: ApiKey,
  { keyHash, now }: Readonly<{ keyHash: string; now: Date }>,
): ApiKeyIssued['data'] | undefined => {
  if (state.status !== 'issued' || state.issued.keyHash !== keyHash) return undefined;
  return now.getTime() < Date.parse(state.issued.expiresAt) ? state.issued : undefined;
};

const issue = ({ data }: IssueApiKey): readonly ApiKeyFact[] => {
  const { now, expiresAtMax, ...issued } = data;
  for (const role of issued.roles) {
    assertForKeys(role);
    assertPartyOf(role, issued.partyId);
    assertMayGive(issued.issuedAs, role);
  }
  if (issued.expiresAt <= now || issued.expiresAt > expiresAtMax) {
    return refuse('expiry_out_of_range', { expiresAtMax });
  }
  return [{ type: 'ApiKeyIssued', data: issued }];
};
