import { documents, maybe, oneOf, orNull, type Shape } from '@app/platform';
import { ADDRESS, IDS } from '../common/examples';

const SHOWN_ADDRESS = orNull({ ...ADDRESS, communeCode: maybe('58194') });
const NAME = 'Espace numérique de Nevers';
const SERVICES = ['online-forms'];

const BALANCE = {
  ...{ redeemedCents: 20_000, owedCents: 20_000, owedByPlaceCents: 0, inRunCents: 0 },
  ...{ paidCents: 0, vouchersRedeemed: 20, heldCents: 1_500 },
  heldReasons: [
    {
      reason: oneOf(
        ...(['below_minimum', 'not_positive', 'no_verified_account', 'quarantine'] as const),
        ...(['fraud_hold', 'agreement_short', 'too_large', 'claim_open'] as const),
      ),
      cents: 1_500,
    },
  ],
};

const BALANCE_MORE =
  'redeemed (net of cancellations) = owed − owedByPlace + inRun + paid; held is the part of owed ' +
  'that waits.';

const ORGANISATION = {
  ...{ organisationId: IDS.organisation, name: NAME, siret: '73282932000074' },
  ...{ legalForm: 'association', address: SHOWN_ADDRESS },
  bankAccounts: [
    {
      ...{ bankAccountId: IDS.bankAccount, ibanMasked: 'FR76…0189', holderName: NAME },
      declaredAt: '2026-01-15T10:00:00.000Z',
      status: oneOf('verified', 'declared', 'close', 'no-match', 'revoked'),
      quarantinedUntilAt: maybe('2026-01-18T10:00:00.000Z'),
    },
  ],
};

const PLACE_STATUS = oneOf('labelled', 'listed', 'suspended', 'withdrawn');

const LABEL = {
  ...{ validFromOn: '2026-01-01', validUntilOn: '2027-12-31', services: SERVICES },
  level: maybe('gold'),
};

const PLACE = {
  ...{ placeId: IDS.place, organisationId: orNull(IDS.organisation) },
  ...{ directoryId: orNull('Espace-58-1'), name: NAME, address: SHOWN_ADDRESS, department: '58' },
  ...{ latitude: orNull(46.9896), longitude: orNull(3.159), services: SERVICES },
  ...{ hours: orNull('Mo-Fr 09:00-12:00'), status: PLACE_STATUS, labels: [LABEL] },
  ...{ updatedOn: '2026-01-15', label: orNull(LABEL) },
};

const FOUND = {
  ...{ placeId: IDS.place, name: NAME, address: SHOWN_ADDRESS, department: '58' },
  ...{ latitude: orNull(46.9896), longitude: orNull(3.159), services: SERVICES },
  ...{ hours: orNull('Mo-Fr 09:00-12:00'), labelled: true, labelledFor: SERVICES },
  ...{ labelledUntilOn: orNull('2027-12-31'), distanceKm: orNull(1.25) },
};

const { placeId: _id, latitude: _lat, longitude: _lon, ...PROPERTIES } = FOUND;

const FEATURES: Shape = {
  type: oneOf('FeatureCollection'),
  features: [
    {
      ...{ type: oneOf('Feature'), id: IDS.place },
      geometry: orNull({ type: oneOf('Point'), coordinates: [3.159, 46.9896] }),
      properties: PROPERTIES,
    },
  ],
  nextCursor: orNull('AAEC3pZ0kQ'),
};

const LISTED = { name: NAME, address: ADDRESS, services: SERVICES };
const REGISTERED = { name: NAME, siret: '73282932000074', legalForm: 'association' };

export const PLACES = documents('places', {
  registerOrganisation: {
    does: 'Registers who is behind places, and is paid for them.',
    asks: { ...REGISTERED, address: ADDRESS },
    answers: { organisationId: IDS.organisation },
  },
  listOrganisations: { does: 'Lists organisations.', item: ORGANISATION },
  getOrganisation: {
    does: 'Tells of an organisation, its bank accounts with IBAN masked, and its places.',
    answers: {
      ...ORGANISATION,
      places: [{ placeId: IDS.place, name: NAME, status: PLACE_STATUS }],
    },
  },
  getOrganisationBalance: {
    does: 'Tells what the places of an organisation redeemed and are owed, now or as of an instant.',
    more: BALANCE_MORE,
    answers: BALANCE,
  },
  correctOrganisation: {
    does: 'Corrects what is registered of an organisation.',
    asks: { ...REGISTERED, address: ADDRESS },
    answers: { organisationId: IDS.organisation },
    refuses: ['organisation_unknown', 'already_so'],
  },
  declareBankAccount: {
    does: 'Declares the bank account an organisation is to be paid on.',
    more: 'Nothing is paid to it before another person has verified it.',
    answers: { bankAccountId: IDS.bankAccount, status: oneOf('declared') },
  },
  verifyBankAccount: {
    does: 'Records what the verification of a bank account found, by another person.',
    more: 'A changed account is in quarantine for a while before it is paid.',
    answers: {
      bankAccountId: IDS.bankAccount,
      status: oneOf('verified', 'close', 'no-match'),
      quarantinedUntilAt: maybe('2026-01-18T10:00:00.000Z'),
    },
    refuses: ['organisation_unknown', 'bank_account_unknown', 'same_person', 'already_so'],
  },
  revokeBankAccount: {
    does: 'Revokes a bank account, for ever.',
    asks: { reason: 'The account was closed' },
    answers: { bankAccountId: IDS.bankAccount, status: oneOf('revoked') },
    refuses: ['not_found', 'bank_account_unknown', 'already_so'],
  },
  searchPlaces: {
    does: 'Finds places: the nearest first around a point, else in the order of their ids.',
    item: FOUND,
    files: { 'application/geo+json': FEATURES },
  },
  exportPlaces: {
    does: 'Gives all places in the national standard of places of digital mediation, version 1.',
    files: { 'text/csv': 'id,pivot,nom,commune,code_postal,…\r\n' },
  },
  listPlace: {
    does: 'Lists a place of an organisation.',
    asks: { organisationId: IDS.organisation, ...LISTED },
    answers: { placeId: IDS.place, status: oneOf('listed') },
    refuses: ['not_found', 'coordinates_incomplete'],
  },
  getPlace: { does: 'Tells of a place.', answers: PLACE },
  getPlaceBalance: {
    does: 'Tells what a place redeemed and is owed, now or as of an instant.',
    more: BALANCE_MORE,
    answers: BALANCE,
  },
  correctPlace: {
    does: 'Corrects what is listed of a place.',
    asks: LISTED,
    answers: { placeId: IDS.place },
    refuses: ['coordinates_incomplete'],
  },
  attachPlace: {
    does: 'Gives a place of the national directory its organisation, once.',
    asks: { organisationId: IDS.organisation },
    answers: { placeId: IDS.place, organisationId: IDS.organisation },
    refuses: ['place_unknown', 'organisation_unknown', 'already_so'],
  },
  labelPlace: {
    does: 'Gives a place the right to take vouchers, for a while and for some services.',
    asks: { validFromOn: '2026-01-01', validUntilOn: '2027-12-31', services: SERVICES },
    answers: { placeId: IDS.place, ...LABEL },
    refuses: ['place_unknown', 'organisation_required', 'date_invalid'],
  },
  suspendPlace: {
    does: 'Suspends a place: it takes no vouchers until it is restored.',
    asks: { reason: 'Under inquiry' },
    answers: { placeId: IDS.place, status: oneOf('suspended') },
    refuses: ['place_unknown', 'place_not_labelled', 'already_so'],
  },
  restorePlace: {
    does: 'Restores a suspended place.',
    answers: { placeId: IDS.place, status: oneOf('labelled') },
    refuses: ['place_unknown', 'place_not_labelled', 'already_so'],
  },
  withdrawLabel: {
    does: 'Withdraws the label of a place.',
    asks: { reason: 'The place has closed' },
    answers: { placeId: IDS.place, status: oneOf('withdrawn'), withdrawnOn: maybe('2026-06-30') },
    refuses: ['place_unknown', 'place_not_labelled', 'already_so'],
  },
  importPlaces: {
    does: 'Imports a file of the national directory by a job.',
    more: 'Version 1 or 0.1 of the standard. The same bytes again answer with the first job.',
    answers: { jobId: `directory-import.${IDS.import}`, importId: IDS.import },
    refuses: ['file_malformed'],
  },
  listImportVerdicts: {
    does: 'Lists what became of each line of an imported file, in its order.',
    item: {
      ...{ line: 2, verdict: oneOf('created', 'updated', 'unchanged', 'refused') },
      ...{
        directoryId: 'Espace-58-1',
        placeId: orNull(IDS.place),
        reason: orNull('siret_invalid'),
      },
    },
  },
});
