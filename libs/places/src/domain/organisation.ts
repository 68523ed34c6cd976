import { type Decider, type Instant, instantOf } from '@app/kernel';
import type { BankAccountDeclared, OrganisationDetails, OrganisationFact } from '../contract';
import type {
  OrganisationWish,
  RevokeBankAccount,
  VerifyBankAccount,
} from './organisation.messages';
import { refuse } from './refuse';

export type BankAccount = Readonly<
  Pick<BankAccountDeclared['data'], 'iban' | 'bic' | 'holderName' | 'declaredBy'> & {
    status: 'declared' | 'verified' | 'close' | 'no-match' | 'revoked';
    quarantinedUntilAt?: Instant;
  }
>;

export type Organisation =
  | { status: 'unknown' }
  | {
      status: 'registered';
      organisationId: string;
      details: OrganisationDetails;
      bankAccounts: Readonly<Record<string, BankAccount>>;
    };

type Registered = Extract<Organisation, { status: 'registered' }>;

/** A changed account waits this long, so that its owner can notice a fraud. */
export const QUARANTINE_MS = 48 * 3_600_000;

/** Legal entity behind places; the payee. */
export const organisation: Decider<OrganisationWish, Organisation, OrganisationFact> = {
  name: 'organisation',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'RegisterOrganisation') {
      return state.status === 'unknown'
        ? [{ type: 'OrganisationRegistered', data: wish.data }]
        : refuse('already_so');
    }
    if (state.status === 'unknown') return refuse('organisation_unknown');
    const { organisationId } = state;
    switch (wish.type) {
      case 'CorrectOrganisation':
        if (sameDetails(state.details, wish.data)) return refuse('already_so');
        return [{ type: 'OrganisationCorrected', data: { organisationId, ...wish.data } }];
      case 'DeclareBankAccount':
        if (state.bankAccounts[wish.data.bankAccountId]) return refuse('already_so');
        return [{ type: 'BankAccountDeclared', data: { organisationId, ...wish.data } }];
      case 'VerifyBankAccount':
        return verify(wish, state);
      case 'RevokeBankAccount':
        return revoke(wish, state);
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'OrganisationRegistered') {
      const { organisationId, ...details } = data;
      return { status: 'registered', organisationId, details, bankAccounts: {} };
    }
    if (state.status === 'unknown') return state;
    switch (type) {
      case 'OrganisationCorrected': {
        const { organisationId: _, ...details } = data;
        return { ...state, details };
      }
      case 'BankAccountDeclared': {
        const { iban, bic, holderName, declaredBy } = data;
        const shared = { iban, holderName, declaredBy, ...(bic === undefined ? {} : { bic }) };
        return withAccount(state, data.bankAccountId, { ...shared, status: 'declared' });
      }
      case 'BankAccountVerified': {
        const { bankAccountId, outcome, quarantinedUntilAt } = data;
        const status = outcome === 'match' ? 'verified' : outcome;
        return changed(state, bankAccountId, {
          status,
          ...(quarantinedUntilAt === undefined ? {} : { quarantinedUntilAt }),
        });
      }
      case 'BankAccountRevoked':
        return changed(state, data.bankAccountId, { status: 'revoked' });
    }
  },
};

/** The account a payment may go to at that instant: the one verified last, out of quarantine. */
export const findPayableAccount = (
  state: Organisation,
  at: Instant,
): { bankAccountId: string; account: BankAccount } | 'quarantined' | undefined => {
  if (state.status === 'unknown') return undefined;
  const verified = Object.entries(state.bankAccounts).filter(
    ([, { status }]) => status === 'verified',
  );
  const [bankAccountId, account] = verified.at(-1) ?? [];
  if (bankAccountId === undefined || account === undefined) return undefined;
  const { quarantinedUntilAt } = account;
  const waits = quarantinedUntilAt !== undefined && at < quarantinedUntilAt;
  return waits ? 'quarantined' : { bankAccountId, account };
};

const verify = ({ data }: VerifyBankAccount, state: Registered): readonly OrganisationFact[] => {
  const account = state.bankAccounts[data.bankAccountId];
  if (!account) return refuse('bank_account_unknown');
  if (account.declaredBy === data.verifiedBy) return refuse('same_person');
  // A close match waits for a person, who may still say match or no match.
  if (account.status !== 'declared' && account.status !== 'close') return refuse('already_so');
  if (account.status === data.outcome) return refuse('already_so');
  // The first account of a new organisation replaces none, so there is nothing to divert.
  const isChange = Object.values(state.bankAccounts).some(
    ({ status, quarantinedUntilAt }) =>
      status === 'verified' || status === 'revoked' || quarantinedUntilAt !== undefined,
  );
  const quarantine =
    isChange && data.outcome === 'match'
      ? { quarantinedUntilAt: instantAfter(data.verifiedAt, QUARANTINE_MS) }
      : {};
  return [
    {
      type: 'BankAccountVerified',
      data: { organisationId: state.organisationId, ...data, ...quarantine },
    },
  ];
};

const revoke = ({ data }: RevokeBankAccount, state: Registered): readonly OrganisationFact[] => {
  const account = state.bankAccounts[data.bankAccountId];
  if (!account) return refuse('bank_account_unknown');
  if (account.status === 'revoked') return refuse('already_so');
  const { organisationId } = state;
  return [{ type: 'BankAccountRevoked', data: { organisationId, ...data } }];
};

const withAccount = (
  state: Registered,
  bankAccountId: string,
  account: BankAccount,
): Registered => {
  // Reinserted at the end: the account verified last is the one in use.
  const { [bankAccountId]: _, ...others } = state.bankAccounts;
  return { ...state, bankAccounts: { ...others, [bankAccountId]: account } };
};

const changed = (
  state: Registered,
  bankAccountId: string,
  change: Partial<BankAccount>,
): Registered => {
  const account = state.bankAccounts[bankAccountId];
  return account ? withAccount(state, bankAccountId, { ...account, ...change }) : state;
};

const instantAfter = (at: Instant, ms: number): Instant => instantOf(new Date(Date.parse(at) + ms));

const sameDetails = (a: OrganisationDetails, b: OrganisationDetails): boolean =>
  a.name === b.name &&
  a.siret === b.siret &&
  a.legalForm === b.legalForm &&
  a.address.street === b.address.street &&
  a.address.postalCode === b.address.postalCode &&
  a.address.city === b.address.city &&
  a.address.country === b.address.country &&
  a.address.communeCode === b.address.communeCode;
