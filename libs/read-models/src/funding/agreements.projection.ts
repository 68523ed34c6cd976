import type {
  AgreementClosed,
  AgreementSigned,
  CoFunder,
  Restrictions,
} from '@app/funding/contract';
import { projection } from '@app/platform/read-store';

export type AgreementView = {
  agreementId: string;
  funderId: string;
  reference: string;
  faceValueCents: number;
  booksOf: readonly number[];
  feeBasisPoints: number;
  vatBasisPoints: number;
  ceilingCents: number;
  coFunders: readonly CoFunder[];
  restrictions: Restrictions;
  singleHandOut: boolean;
  allowPrescribingPlace: boolean;
  status: 'signed' | 'closed';
  /** '' while open. */
  closedOn: string;
};

/** The agreements and their rules; where their money is, the ledger tells. */
export const agreementTerms = projection<AgreementView, AgreementSigned | AgreementClosed>({
  name: 'agreement-terms',
  version: 1,
  key: ({ data }) => data.agreementId,
  empty: {
    agreementId: '',
    funderId: '',
    reference: '',
    faceValueCents: 0,
    booksOf: [],
    feeBasisPoints: 0,
    vatBasisPoints: 0,
    ceilingCents: 0,
    coFunders: [],
    restrictions: { territories: [], services: [], publics: [] },
    singleHandOut: false,
    allowPrescribingPlace: false,
    status: 'signed',
    closedOn: '',
  },
  indexes: [['funderId']],
  on: {
    AgreementSigned: (row, { funderName: _, ...terms }) => ({ ...row, ...terms }),
    AgreementClosed: (row, { closedOn }) => ({ ...row, status: 'closed', closedOn }),
  },
});
