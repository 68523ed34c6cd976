import type { Command } from '@app/kernel';
import type { ApiKeyIssued, ApiKeyRevoked } from '../contract';

export type IssueApiKey = Command<
  'IssueApiKey',
  ApiKeyIssued['data'] & {
    /** RFC 3339. */
    now: string;
    /** The last instant an expiry may be. */
    expiresAtMax: string;
  }
>;

export type RevokeApiKey = Command<'RevokeApiKey', Omit<ApiKeyRevoked['data'], 'apiKeyId'>>;

export type ApiKeyWish = IssueApiKey | RevokeApiKey;
