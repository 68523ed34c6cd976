import type { Command } from '@app/kernel';
import type { FunderKind } from '../contract';

export type RegisterFunder = Command<
  'RegisterFunder',
  { funderId: string; name: string; siret: string; kind: FunderKind }
>;

export type DeclareFunderBankAccount = Command<
  'DeclareFunderBankAccount',
  { bankAccountId: string; iban: string; bic?: string; holderName: string; declaredBy: string }
>;

export type VerifyFunderBankAccount = Command<
  'VerifyFunderBankAccount',
  { bankAccountId: string; outcome: 'match' | 'close' | 'no-match'; verifiedBy: string }
>;

export type RevokeFunderBankAccount = Command<
  'RevokeFunderBankAccount',
  { bankAccountId: string; reason: string }
>;

export type FunderWish =
  RegisterFunder | DeclareFunderBankAccount | VerifyFunderBankAccount | RevokeFunderBankAccount;
