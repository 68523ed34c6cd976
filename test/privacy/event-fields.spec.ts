import { readContracts } from './event-fields';

/** Ids, days, instants, months and pseudonymous people: their last word says what they hold. */
const BY_FORM = /(Ids?|On|At|By|^on|^month)$/;

/**
 * Everything else that an event may say in words of somebody's own, and whose word it is. A field that
 * is not here is one nobody has thought about: think whether a person can be in it, then name it, or
 * keep it where it can be erased (libs/contacts).
 */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  'of an organisation, in public registers or on its door': [
    ...['name', 'siret', 'legalForm', 'address', 'vatNumber', 'legalMentions', 'funderName'],
    ...['street', 'postalCode', 'city', 'country', 'communeCode', 'hours', 'level'],
    ...['prescriberSiret', 'department', 'publicHost', 'url'],
  ],
  'of the operator, the same on every invoice': ['paymentTerms'],
  'of its payments, which accounting keeps': ['iban', 'bic', 'holderName'],
  'of a line of the account, in entries from before these were sealed': [
    ...['counterpartyName', 'counterpartyIban', 'remittance'],
  ],
  'sealed under the key of a report, which is erased with it': ['text'],
  'of a line of the account, in codes and references of the bank': [
    ...['returnReason', 'reasonCode', 'source', 'bankReference'],
    ...['statementReference', 'reference', 'agreementReference'],
  ],
  'of staff about an act, without names by rule': ['reason', 'reasons', 'evidence', 'purpose'],
  'of the catalogue of the scheme': [
    'service',
    'services',
    'territories',
    'publics',
    'kinds',
    'kind',
  ],
  'of a beneficiary: who it is like and where from, and an HMAC': [
    ...['public', 'commune', 'beneficiaryRef'],
  ],
  'a hash, or made of other fields of events': [
    ...['sha256', 'linesSha256', 'secretHash', 'keyHash', 'lastFour', 'routes', 'body'],
  ],
};

describe('what events say in words of somebody’s own', () => {
  const { events, texts } = readContracts();

  it('is known for every event of every contract', () => {
    expect(events.length).toBeGreaterThan(150);
    const allowed = new Set(Object.values(ALLOWED).flat());
    const unknown = texts.filter(({ name }) => !BY_FORM.test(name) && !allowed.has(name));
    expect(unknown).toEqual([]);
  });

  it('is nothing that is not said any more', () => {
    const said = new Set(texts.map(({ name }) => name));
    expect(
      Object.values(ALLOWED)
        .flat()
        .filter((name) => !said.has(name)),
    ).toEqual([]);
  });

  it('is nothing of a person to call: of contacts there are ids, instants and acting people', () => {
    const ofContacts = texts.filter(({ context }) => context === 'contacts');
    expect(ofContacts.length).toBeGreaterThan(10);
    expect(ofContacts.filter(({ name }) => !BY_FORM.test(name))).toEqual([]);
  });

  it('has no room in a type for anything but words of the code', () => {
    expect(events.filter((type) => !/^([A-Z][a-z]+)+$/.test(type))).toEqual([]);
  });
});
