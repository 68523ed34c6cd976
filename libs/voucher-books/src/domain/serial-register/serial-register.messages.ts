import type { Command } from '@app/kernel';

/** `keyId`: the key ring's current master key. */
export type AllotRange = Command<'AllotRange', { orderId: string; books: number; keyId: string }>;

/** One book of the same order, in place of a lost one. */
export type AllotReplacement = Command<
  'AllotReplacement',
  { orderId: string; replacedBook: number; keyId: string }
>;

/** Everything allotted under a leaked master key, in one append. */
export type RevokeKey = Command<
  'RevokeKey',
  { keyId: string; newKeyId: string; reason: string; revokedAt: string }
>;

export type SerialRegisterWish = AllotRange | AllotReplacement | RevokeKey;
