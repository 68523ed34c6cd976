import type {
  Address,
  BankAccountDeclared,
  BankAccountRevoked,
  BankAccountVerified,
  OrganisationCorrected,
  OrganisationRegistered,
} from '@app/places/contract';
import { projection } from '@app/platform/read-store';

type Facts =
  | OrganisationRegistered
  | OrganisationCorrected
  | BankAccountDeclared
  | BankAccountVerified
  | BankAccountRevoked;

export type OrganisationView = {
  organisationId: string;
  name: string;
  siret: string;
  legalForm: string;
  address: Address | null;
  bankAccounts: readonly PayeeAccount[];
};

export type PayeeAccount = Readonly<{
  bankAccountId: string;
  /** Country, check digits and the last four: enough to tell two apart. */
  ibanMasked: string;
  holderName: string;
  declaredAt: string;
  status: 'declared' | 'verified' | 'close' | 'no-match' | 'revoked';
  /** Not payable before this instant. */
  quarantinedUntilAt?: string;
}>;

/** Legal entities behind places, and where they are paid. */
export const organisations = projection<OrganisationView, Facts>({
  name: 'organisations',
  version: 1,
  key: ({ data }) => data.organisationId,
  empty: {
    ...{ organisationId: '', name: '', siret: '', legalForm: '' },
    ...{ address: null, bankAccounts: [] },
  },
  columns: { address: 'json?' },
  indexes: [['siret']],
  on: {
    OrganisationRegistered: (row, details) => ({ ...row, ...details }),
    OrganisationCorrected: (row, details) => ({ ...row, ...details }),
    BankAccountDeclared: (row, { bankAccountId, iban, holderName, declaredAt }) => {
      const ibanMasked = `${iban.slice(0, 4)}…${iban.slice(-4)}`;
      const account = { bankAccountId, ibanMasked, holderName, declaredAt, status: 'declared' };
      return { ...row, bankAccounts: [...row.bankAccounts, account as PayeeAccount] };
    },
    BankAccountVerified: (row, { bankAccountId, outcome, quarantinedUntilAt }) =>
      changed(row, bankAccountId, {
        status: outcome === 'match' ? 'verified' : outcome,
        ...(quarantinedUntilAt === undefined ? {} : { quarantinedUntilAt }),
      }),
    BankAccountRevoked: (row, { bankAccountId }) =>
      changed(row, bankAccountId, { status: 'revoked' }),
  },
});

const changed = (
  row: OrganisationView,
  bankAccountId: string,
  change: Partial<PayeeAccount>,
): OrganisationView => ({
  ...row,
  bankAccounts: row.bankAccounts.map((account) =>
    account.bankAccountId === bankAccountId ? { ...account, ...change } : account,
  ),
});
