import { givenFacts } from '@app/platform/testing/given-projection';
import { agreementTerms } from './agreements.projection';
import { deposits } from './deposits.projection';
import { funders } from './funders.projection';

const account = { bankAccountId: 'b', iban: 'FR7630006000011234567890189', holderName: 'Creuse' };
const funderId = 'f';

describe('the views of funding', () => {
  it('show a funder with its accounts, never a whole IBAN', () =>
    givenFacts(
      funders,
      { type: 'FunderRegistered', data: { funderId, name: 'Creuse', siret: 's', kind: 'region' } },
      { type: 'FunderBankAccountDeclared', data: { funderId, ...account, declaredBy: 'p' } },
      {
        type: 'FunderBankAccountVerified',
        data: { funderId, bankAccountId: 'b', outcome: 'match', verifiedBy: 'q' },
      },
    ).then({
      key: 'f',
      ...{ funderId, name: 'Creuse', siret: 's', kind: 'region', address: null },
      bankAccounts: [
        { bankAccountId: 'b', ibanMasked: 'FR76…0189', holderName: 'Creuse', status: 'match' },
      ],
    }));

  it('show a funder as it was corrected last', () => {
    const registered = { funderId, name: 'Creuse', siret: 's', kind: 'region' };
    const address = { street: '1 rue', postalCode: '23000', city: 'Guéret', country: 'FR' };
    givenFacts(
      funders,
      { type: 'FunderRegistered', data: registered },
      { type: 'FunderCorrected', data: { ...registered, name: 'La Creuse', address } },
    ).then({ key: 'f', ...registered, name: 'La Creuse', address, bankAccounts: [] });
  });

  it('show a deposit as typed, confirmed and recalled', () => {
    const data = {
      ...{ depositId: 'd', agreementId: 'a', funderId, amountCents: 5 },
      ...{ bankReference: 'VIR', valueOn: '2026-03-01' },
    };
    const assigned = { type: 'DepositAssigned', data: { ...data, recordedBy: 'p' } };
    const confirmed = { type: 'DepositConfirmed', data: { ...data, statementReference: 's' } };
    const row = { key: 'd', ...data, status: 'typed', statementReference: '' } as const;
    givenFacts(deposits, assigned).then(row);
    givenFacts(deposits, assigned, confirmed).then({
      ...row,
      ...{ status: 'confirmed', statementReference: 's' },
    });
    givenFacts(deposits, assigned, { type: 'DepositRecalled', data }).then({
      ...row,
      status: 'recalled',
    });
  });

  it('show an agreement until it is closed', () => {
    const terms = {
      ...{ agreementId: 'a', funderId, reference: 'R', faceValueCents: 1_000, booksOf: [10] },
      ...{ feeBasisPoints: 400, vatBasisPoints: 2_000, ceilingCents: 1, coFunders: [] },
      restrictions: { territories: ['58'], services: [], publics: [] },
      ...{ singleHandOut: true, allowPrescribingPlace: false },
    };
    const signed = { type: 'AgreementSigned', data: { ...terms, funderName: 'Creuse' } };
    givenFacts(agreementTerms, signed).then({ key: 'a', ...terms, status: 'signed', closedOn: '' });
    givenFacts(agreementTerms, signed, {
      type: 'AgreementClosed',
      data: { agreementId: 'a', closedOn: '2026-12-31' },
    }).then({ key: 'a', ...terms, status: 'closed', closedOn: '2026-12-31' });
  });
});
