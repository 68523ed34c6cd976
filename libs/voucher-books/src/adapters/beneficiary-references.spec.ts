import { createSecretKey } from 'node:crypto';
import { BeneficiaryReferences } from './beneficiary-references';

const references = new BeneficiaryReferences({
  beneficiaryKey: createSecretKey(Buffer.alloc(32, 1)),
});
const pseudonymOf = (reference: string, prescriberId = 'ccas') =>
  references.pseudonymOf({ prescriberId, reference });

describe('a beneficiary’s reference', () => {
  it('is the same pseudonym however it was typed', () => {
    expect(pseudonymOf(' DOSSIER 12é ')).toBe(pseudonymOf('DOSSIER 12e\u0301'));
  });

  it('says nothing', () => {
    expect(pseudonymOf('DOSSIER 12')).toMatch(/^[\w-]{43}$/);
    expect(pseudonymOf('DOSSIER 12')).not.toBe(pseudonymOf('DOSSIER 13'));
  });

  it('is another person with another prescriber, and under another key', () => {
    expect(pseudonymOf('DOSSIER 12')).not.toBe(pseudonymOf('DOSSIER 12', 'mission-locale'));
    const others = new BeneficiaryReferences({
      beneficiaryKey: createSecretKey(Buffer.alloc(32, 2)),
    });
    const other = others.pseudonymOf({ prescriberId: 'ccas', reference: 'DOSSIER 12' });
    expect(other).not.toBe(pseudonymOf('DOSSIER 12'));
  });
});
