import type { Command } from '@app/kernel';
import type { FunderDetails } from '../contract';

export type RegisterFunder = Command<'RegisterFunder', { funderId: string } & FunderDetails>;

/** All details, those that stay too. */
export type CorrectFunder = Command<'CorrectFunder', FunderDetails>;

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
  | RegisterFunder
  | CorrectFunder
  | DeclareFunderBankAccount
  | VerifyFunderBankAccount
  | RevokeFunderBankAccount;
