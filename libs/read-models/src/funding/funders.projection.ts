import type {
  FunderBankAccountDeclared,
  FunderBankAccountRevoked,
  FunderBankAccountVerified,
  FunderCorrected,
  FunderRegistered,
  PostalAddress,
} from '@app/funding/contract';
import { projection } from '@app/platform/read-store';

type Facts =
  | FunderRegistered
  | FunderCorrected
  | FunderBankAccountDeclared
  | FunderBankAccountVerified
  | FunderBankAccountRevoked;

export type FunderView = {
  funderId: string;
  name: string;
  siret: string;
  kind: string;
  address: PostalAddress | null;
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
  version: 2,
  key: ({ data }) => data.funderId,
  empty: { funderId: '', name: '', siret: '', kind: '', address: null, bankAccounts: [] },
  columns: { address: 'json?' },
  on: {
    FunderRegistered: (row, { address = null, ...details }) => ({ ...row, ...details, address }),
    FunderCorrected: (row, { address = null, ...details }) => ({ ...row, ...details, address }),
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
