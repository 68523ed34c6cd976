import { given } from '@app/platform/testing/given';
import type { PrescriberFact } from '../../contract';
import { prescriber, type RegisterPrescriber } from './prescriber';

const data = { prescriberId: 'id', name: 'CCAS de Nevers', commune: '58194' };
const register: RegisterPrescriber = { type: 'RegisterPrescriber', data };
const registered: PrescriberFact = { type: 'PrescriberRegistered', data };

describe('a prescriber', () => {
  it('is registered once', () => {
    given(prescriber).when(register).then(registered);
    given(prescriber, registered).when(register).thenNothing();
  });
});
