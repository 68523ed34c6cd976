import { addDays } from '@app/kernel';
import {
  ConfirmDeposit,
  DeclareFunderBankAccount,
  RecordDeposit,
  RegisterFunder,
  SignAgreement,
  VerifyFunderBankAccount,
} from '@app/funding';
import {
  DeclareBankAccount,
  LabelPlace,
  ListPlace,
  RegisterOrganisation,
  VerifyBankAccount,
} from '@app/places';
import type { Handled } from '@app/platform';
import {
  AllocateBooks,
  DeliverOrder,
  DistributeBook,
  OrderBooks,
  RegisterPrescriber,
} from '@app/voucher-books';
import { siretOf } from '../stories/cast';
import { ibanOf } from '../stories/paying-cast';
import type { Desk, Person, Wanted } from './desk';
import type { KnownOrder } from './known';
import type { Town } from './town';

const OPERATOR_PARTY = '00000000-0000-4000-8000-00000000000a';

export const operator: Person = { id: 'olga', partyId: OPERATOR_PARTY, role: 'operator' };
export const preparer: Person = { id: 'paul', partyId: OPERATOR_PARTY, role: 'finance-preparer' };
export const approver: Person = { id: 'ada', partyId: OPERATOR_PARTY, role: 'finance-approver' };
export const second: Person = { id: 'zoe', partyId: OPERATOR_PARTY, role: 'finance-approver' };
/** Checks accounts, and so approves nothing that is paid to them. */
export const verifier: Person = { id: 'vera', partyId: OPERATOR_PARTY, role: 'finance-approver' };

export const funderOf = (funderId: string): Person => {
  return { id: `funder-${funderId}`, partyId: funderId, role: 'funder' };
};
export const prescriberOf = (prescriberId: string): Person => {
  return { id: `prescriber-${prescriberId}`, partyId: prescriberId, role: 'prescriber' };
};
export const managerOf = (organisationId: string): Person => {
  return { id: `manager-${organisationId}`, partyId: organisationId, role: 'place-manager' };
};

export const SERVICES = ['online-forms', 'first-steps'] as const;
export const PUBLICS = ['senior', 'job-seeker'] as const;

const ADDRESS = { street: '1 rue Haute', city: 'Nevers', country: 'FR' };

type IdOf = (wanted: Wanted) => Promise<string>;

/**
 * What is there before anything goes wrong: two funders with an order in use each, two prescribers, three
 * organisations with a place each.
 */
export async function found(town: Town): Promise<void> {
  const { desk } = town;
  await desk.waitForCounter();
  const idOf: IdOf = async (wanted) => {
    const answer = await desk.ask(wanted);
    if (answer.is !== 'acknowledged') throw new Error(`${wanted.what}: ${JSON.stringify(answer)}`);
    return (answer.result as Handled).events[0]?.metadata.commandId ?? '';
  };
  for (const number of [1, 2]) {
    const name = `Financeur ${number}`;
    const siret = siretOf(number);
    const funderId = await idOf(
      desk.want(operator, RegisterFunder, { name, siret, kind: 'departement' }),
    );
    await idOf(desk.want(funderOf(funderId), SignAgreement, agreementOf(number, funderId, name)));
    const account = { funderId, iban: ibanOf(90 + number), holderName: name };
    const bankAccountId = await idOf(
      desk.want(funderOf(funderId), DeclareFunderBankAccount, account),
    );
    const verified = { funderId, bankAccountId, outcome: 'match' } as const;
    await idOf(desk.want(verifier, VerifyFunderBankAccount, verified));
  }
  for (const number of [1, 2]) {
    const prescriber = { name: `CCAS ${number}`, siret: siretOf(500 + number), commune: '58194' };
    await idOf(desk.want(operator, RegisterPrescriber, prescriber));
  }
  for (const number of [1, 2, 3]) await openPlace(desk, idOf, number);
  await desk.wait();
  const [long, short] = town.known.agreements;
  if (long) await bringIntoUse(town, idOf, { ...long, days: 60 });
  if (short) await bringIntoUse(town, idOf, { ...short, days: 10 });
}

/** Eight books of five, three of them handed out. */
async function bringIntoUse(
  town: Town,
  idOf: IdOf,
  { agreementId, funderId, days }: { agreementId: string; funderId: string; days: number },
): Promise<void> {
  const { desk, known, clock } = town;
  const today = clock.today();
  const funder = funderOf(funderId);
  const deposited = { agreementId, amountCents: 100_000, bankReference: `D ${agreementId}` };
  await idOf(desk.want(preparer, RecordDeposit, { ...deposited, valueOn: today }));
  // What was written is known with the next turn.
  await desk.wait();
  const { depositId = '' } = known.deposits.at(-1) ?? {};
  const statementReference = 'CAMT 0';
  await idOf(desk.want(approver, ConfirmDeposit, { depositId, statementReference }));
  const validUntilOn = addDays(today, days);
  const wanted = { agreementId, books: 8, vouchersPerBook: 5, validUntilOn };
  const orderId = await idOf(
    desk.want(funder, OrderBooks, { ...wanted, graceDays: 3, remittanceDays: 2 }),
  );
  const becomes = async (stage: KnownOrder['stage']): Promise<void> => {
    while (known.orders.get(orderId)?.stage !== stage) await desk.wait();
  };
  await becomes('issued');
  await idOf(desk.want(funder, DeliverOrder, { orderId, deliveredOn: today }));
  await becomes('active');
  const [prescriberId = ''] = known.prescriberIds;
  await idOf(desk.want(funder, AllocateBooks, { orderId, prescriberId, books: 6 }));
  const { firstBook = 0 } = known.orders.get(orderId)?.range ?? {};
  for (const book of [firstBook, firstBook + 1, firstBook + 2]) {
    const handedOut = { book, prescriberId, public: 'senior' };
    await idOf(desk.want(prescriberOf(prescriberId), DistributeBook, handedOut));
  }
}

async function openPlace(desk: Desk, idOf: IdOf, number: number): Promise<void> {
  const address = { ...ADDRESS, postalCode: number === 3 ? '23000' : '58000' };
  const organisation = { name: `Espace ${number}`, siret: siretOf(1_000 + number), address };
  const organisationId = await idOf(
    desk.want(operator, RegisterOrganisation, { ...organisation, legalForm: 'association' }),
  );
  const services = [...SERVICES];
  const placeId = await idOf(
    desk.want(operator, ListPlace, { organisationId, name: `Lieu ${number}`, address, services }),
  );
  const labelled = { validFromOn: '2027-01-01', validUntilOn: '2027-12-31', services };
  await idOf(desk.want(operator, LabelPlace, { placeId, ...labelled }));
  const account = { organisationId, iban: ibanOf(number), holderName: `Espace ${number}` };
  const bankAccountId = await idOf(
    desk.want(managerOf(organisationId), DeclareBankAccount, account),
  );
  const verified = { organisationId, bankAccountId, outcome: 'match' } as const;
  await idOf(desk.want(verifier, VerifyBankAccount, verified));
}

/** The first costs a fee and takes anybody; the second is free and only for some. */
const agreementOf = (number: number, funderId: string, name: string) => ({
  ...{ funderId, reference: `CONV-${number}`, faceValueCents: 1_000, booksOf: [5, 10] },
  ...{ feeBasisPoints: number === 1 ? 400 : 0, vatBasisPoints: 2_000, ceilingCents: 100_000_000 },
  coFunders: [
    { name, shareBasisPoints: 6_000 },
    { name: 'État', shareBasisPoints: 4_000 },
  ],
  restrictions: {
    ...{ territories: number === 1 ? [] : ['58'], services: [] },
    publics: number === 1 ? [] : ['senior'],
  },
  ...{ singleHandOut: number === 1, allowPrescribingPlace: false },
});
