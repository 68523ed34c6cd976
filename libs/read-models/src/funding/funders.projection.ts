import type {
  FunderBankAccountDeclared,
  FunderBankAccountRevoked,
  FunderBankAccountVerified,
  FunderRegistered,
} from '@app/funding/contract';
import { projection } from '@app/platform/read-store';

type Facts =
  | FunderRegistered
  | FunderBankAccountDeclared
  | FunderBankAccountVerified
  | FunderBankAccountRevoked;

export type FunderView = {
  funderId: string;
  name: string;
  siret: string;
  kind: string;
  bankAccounts: readonly FunderBankAccount[];
};

export type FunderBankAccount = Readonly<{
  bankAccountId: string;
  /** Country, check digits and the last four: enough to tell two apart. */
  ibanMasked: string;
  holderName: string;
  status: 'declared' | 'match' | 'close' | 'no-match' | 'revoked';
}>;

/** Who pays, and where refunds may go. */
export const funders = projection<FunderView, Facts>({
  name: 'funders',
  version: 1,
  key: ({ data }) => data.funderId,
  empty: { funderId: '', name: '', siret: '', kind: '', bankAccounts: [] },
  on: {
    FunderRegistered: (row, { funderId, name, siret, kind }) => {
      return { ...row, funderId, name, siret, kind };
    },
    FunderBankAccountDeclared: (row, { bankAccountId, iban, holderName }) => {
      const ibanMasked = `${iban.slice(0, 4)}…${iban.slice(-4)}`;
      const account = { bankAccountId, ibanMasked, holderName, status: 'declared' } as const;
      return { ...row, bankAccounts: [...row.bankAccounts, account] };
    },
    FunderBankAccountVerified: (row, { bankAccountId, outcome }) =>
      withStatus(row, bankAccountId, outcome),
    FunderBankAccountRevoked: (row, { bankAccountId }) => withStatus(row, bankAccountId, 'revoked'),
  },
});

const withStatus = (
  row: FunderView,
  bankAccountId: string,
  status: FunderBankAccount['status'],
): FunderView => ({
  ...row,
  bankAccounts: row.bankAccounts.map((account) =>
    account.bankAccountId === bankAccountId ? { ...account, status } : account,
  ),
});
