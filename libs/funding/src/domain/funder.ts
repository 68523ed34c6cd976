import type { Decider } from '@app/kernel';
import type { FunderDetails, FunderFact } from '../contract';
import type { FunderWish, VerifyFunderBankAccount } from './funder.messages';
import { refuse } from './refuse';

type BankAccount = Readonly<{
  declaredBy: string;
  status: 'declared' | 'verified' | 'not-matching' | 'revoked';
}>;

export type Funder =
  | { status: 'unknown' }
  | {
      status: 'registered';
      funderId: string;
      details: FunderDetails;
      bankAccounts: Readonly<Record<string, BankAccount>>;
    };

/** Who pays for vouchers, and the accounts where its refunds may go. */
export const funder: Decider<FunderWish, Funder, FunderFact> = {
  name: 'funder',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'RegisterFunder') {
      return state.status === 'unknown'
        ? [{ type: 'FunderRegistered', data: wish.data }]
        : refuse('already_so');
    }
    if (state.status === 'unknown') return refuse('funder_unknown');
    const { funderId } = state;
    switch (wish.type) {
      case 'CorrectFunder':
        if (sameDetails(state.details, wish.data)) return refuse('already_so');
        return [{ type: 'FunderCorrected', data: { funderId, ...wish.data } }];
      case 'DeclareFunderBankAccount':
        if (state.bankAccounts[wish.data.bankAccountId]) return refuse('already_so');
        return [{ type: 'FunderBankAccountDeclared', data: { funderId, ...wish.data } }];
      case 'VerifyFunderBankAccount':
        return verify(wish, state);
      case 'RevokeFunderBankAccount': {
        const account = state.bankAccounts[wish.data.bankAccountId];
        if (!account) return refuse('bank_account_unknown');
        if (account.status === 'revoked') return refuse('already_so');
        return [{ type: 'FunderBankAccountRevoked', data: { funderId, ...wish.data } }];
      }
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'FunderRegistered') {
      const { funderId, ...details } = data;
      return { status: 'registered', funderId, details, bankAccounts: {} };
    }
    if (state.status === 'unknown') return state;
    if (type === 'FunderCorrected') {
      const { funderId: _, ...details } = data;
      return { ...state, details };
    }
    const before = state.bankAccounts[data.bankAccountId];
    const after = accountAfter(before, { type, data } as FunderFact);
    return { ...state, bankAccounts: { ...state.bankAccounts, [data.bankAccountId]: after } };
  },
};

/** Whether a refund may be sent to this account. */
export const isPayable = (state: Funder, bankAccountId: string): boolean =>
  state.status === 'registered' && state.bankAccounts[bankAccountId]?.status === 'verified';

const sameDetails = (a: FunderDetails, b: FunderDetails): boolean => textOf(a) === textOf(b);

const textOf = ({ name, siret, kind, address }: FunderDetails): string => {
  const { street, postalCode, city, country } = address ?? {};
  return JSON.stringify([name, siret, kind, street, postalCode, city, country]);
};

const verify = (
  { data }: VerifyFunderBankAccount,
  state: Extract<Funder, { status: 'registered' }>,
): readonly FunderFact[] => {
  const account = state.bankAccounts[data.bankAccountId];
  if (!account) return refuse('bank_account_unknown');
  if (account.declaredBy === data.verifiedBy) return refuse('same_person');
  if (account.status !== 'declared') return refuse('already_so');
  return [{ type: 'FunderBankAccountVerified', data: { funderId: state.funderId, ...data } }];
};

const accountAfter = (before: BankAccount | undefined, fact: FunderFact): BankAccount => {
  const declaredBy = before?.declaredBy ?? '';
  if (fact.type === 'FunderBankAccountDeclared') {
    return { declaredBy: fact.data.declaredBy, status: 'declared' };
  }
  if (fact.type === 'FunderBankAccountVerified') {
    return { declaredBy, status: fact.data.outcome === 'match' ? 'verified' : 'not-matching' };
  }
  return { declaredBy, status: 'revoked' };
};
