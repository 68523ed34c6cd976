import type { Command, Instant } from '@app/kernel';
import type { OrganisationDetails } from '../contract';

export type RegisterOrganisation = Command<
  'RegisterOrganisation',
  { organisationId: string } & OrganisationDetails
>;

export type CorrectOrganisation = Command<'CorrectOrganisation', OrganisationDetails>;

export type DeclareBankAccount = Command<
  'DeclareBankAccount',
  {
    bankAccountId: string;
    iban: string;
    bic?: string;
    holderName: string;
    declaredBy: string;
    declaredAt: Instant;
  }
>;

export type VerifyBankAccount = Command<
  'VerifyBankAccount',
  {
    bankAccountId: string;
    outcome: 'match' | 'close' | 'no-match';
    verifiedBy: string;
    verifiedAt: Instant;
  }
>;

export type RevokeBankAccount = Command<
  'RevokeBankAccount',
  { bankAccountId: string; reason: string; revokedBy: string; revokedAt: Instant }
>;

export type OrganisationWish =
  | RegisterOrganisation
  | CorrectOrganisation
  | DeclareBankAccount
  | VerifyBankAccount
  | RevokeBankAccount;
