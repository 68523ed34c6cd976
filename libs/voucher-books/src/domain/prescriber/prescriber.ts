import type { Command, Decider } from '@app/kernel';
import type { PrescriberFact, PrescriberRegistered } from '../../contract';

export type RegisterPrescriber = Command<'RegisterPrescriber', PrescriberRegistered['data']>;

export type Prescriber =
  | Readonly<{ status: 'none' }>
  | (Readonly<{ status: 'registered' }> & Readonly<PrescriberRegistered['data']>);

export const prescriber: Decider<RegisterPrescriber, Prescriber, PrescriberFact> = {
  name: 'prescriber',
  initialState: { status: 'none' },
  // The id is the command's own: a prescriber that is there already is this very one.
  decide: ({ data }, { status }) =>
    status === 'none' ? [{ type: 'PrescriberRegistered', data }] : [],
  evolve: (_, { data }) => ({ ...data, status: 'registered' }),
};
