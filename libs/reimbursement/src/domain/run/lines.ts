import { addDays, CENTS_MAX, type Day, parisDayOf, sumCents, type Instant } from '@app/kernel';
import type {
  Component,
  FrozenPayee,
  HeldAmount,
  HoldReason,
  RunLine,
  RunRules,
} from '../../contract';
import { cutHeld, cutPayments, exactSumOf } from './cut-payments';
import { ATTEMPTS_MAX, endToEndIdOf } from './end-to-end-ids';

/** What one agreement owed at one place at the cut-off, claims' parts included, signed. */
export type OwedAmount = Component &
  Readonly<{
    organisationId: string;
    /** Day of the oldest redemption in it that is not yet paid. */
    oldestOn: Day;
  }>;

/** An organisation as it was at the preparation's place in the log. */
export type PayeeNow = Readonly<{
  organisationId: string;
  account: FrozenPayee | 'quarantined' | 'none';
  fraudHold: boolean;
  /** Its last line is paid whatever the minimum. */
  left: boolean;
  /** Accounts that answered AC01, AC04 or AC06: as good as none. */
  barredIbans: readonly string[];
}>;

/** A claim whose parts were in owed at the cut-off, and what became of it until the preparation. */
export type ClaimInOwed = Readonly<{
  claimId: string;
  organisationId: string;
  amountCents: number;
  components: readonly Component[];
  /** Attempts so far. */
  attempt: number;
  status: 'waiting' | 'granted' | 'settled' | 'released';
}>;

export type Draft = Readonly<{
  lines: readonly RunLine[];
  held: readonly HeldAmount[];
  /**
   * Claims to be re-presented whose organisation owes otherwise: they are released, and their parts
   * join its ordinary line from the next run on.
   */
  claimsToRelease: readonly string[];
}>;

export type DraftInput = Readonly<{
  amounts: readonly OwedAmount[];
  payees: readonly PayeeNow[];
  claims: readonly ClaimInOwed[];
  /** Cash of each agreement less what earlier runs have frozen of it and the bank has not answered. */
  cashCents: Readonly<Record<string, number>>;
  rules: RunRules;
  startedAt: Instant;
  /** Claim id of an organisation's ordinary line in this run: its first payment, its second… */
  claimIdOf: (organisationId: string, payment: number) => string;
}>;

/**
 * The lines and holds of a run: the same for the same input in any order. Organisations come in the
 * order of their ids, which is the order in which they draw on an agreement's cash; within one, claims
 * to be re-presented come before the ordinary line, since they are older.
 */
export function draftLines(input: DraftInput): Draft {
  const cash = new Map(Object.entries(input.cashCents));
  const room: Room = { cents: CENTS_MAX };
  const owed = groupByOrganisation(input.amounts);
  const claims = groupByOrganisation(input.claims);
  const payees = new Map(input.payees.map((payee) => [payee.organisationId, payee]));
  const drafts = [...owed.keys()].sort(byText).map((organisationId) => {
    const payee = payees.get(organisationId) ?? { ...NOBODY, organisationId };
    const amounts = owed.get(organisationId) ?? [];
    return draftOrganisation({
      ...input,
      payee,
      amounts,
      claims: claims.get(organisationId) ?? [],
      ...{ cash, room },
    });
  });
  return {
    lines: drafts.flatMap(({ lines }) => lines),
    held: drafts.flatMap(({ held }) => held),
    claimsToRelease: drafts.flatMap(({ claimsToRelease }) => claimsToRelease),
  };
}

const NOBODY: Omit<PayeeNow, 'organisationId'> = {
  account: 'none',
  fraudHold: false,
  left: false,
  barredIbans: [],
};

type Cash = Map<string, number>;
/** What the run may still pay: its total is an amount like any other. */
type Room = { cents: number };
type OfOrganisation = Pick<DraftInput, 'rules' | 'startedAt' | 'claimIdOf'> &
  Readonly<{
    payee: PayeeNow;
    amounts: readonly OwedAmount[];
    claims: readonly ClaimInOwed[];
    cash: Cash;
    room: Room;
  }>;

function draftOrganisation(input: OfOrganisation): Draft {
  const { amounts } = input;
  const claims = input.claims
    .filter(({ status }) => status !== 'released')
    .sort((a, b) => byText(a.claimId, b.claimId));
  const free = withoutClaims(amounts, claims);
  const owes = exactSumOf(free) < 0;
  const lines: RunLine[] = [];
  const held: HeldAmount[] = [];
  const claimsToRelease: string[] = [];
  for (const claim of claims) {
    if (claim.status === 'settled') continue;
    const reason = reasonToHoldClaim({ ...input, claim, owes });
    if (reason === undefined) lines.push(lineOfClaim(claim, input));
    else held.push(holdClaim(claim, reason));
    if (claim.status === 'granted' && owes) claimsToRelease.push(claim.claimId);
  }
  const ordinary = draftOrdinary({ ...input, free });
  return {
    lines: [...lines, ...ordinary.lines],
    held: [...held, ...ordinary.held],
    claimsToRelease,
  };
}

function reasonToHoldClaim({
  claim,
  payee,
  owes,
  cash,
  room,
}: OfOrganisation & { claim: ClaimInOwed; owes: boolean }): HoldReason | undefined {
  if (claim.status !== 'granted' || owes || claim.attempt >= ATTEMPTS_MAX) return 'claim_open';
  const reason = reasonOfPayee(payee);
  if (reason !== undefined) return reason;
  if (shortAgreements(claim.components, cash).size > 0) return 'agreement_short';
  return claim.amountCents > room.cents ? 'too_large' : undefined;
}

/** Everything that belongs to no claim, less what an agreement cannot cover itself: mostly one line. */
function draftOrdinary(
  input: OfOrganisation & { free: readonly Component[] },
): Omit<Draft, 'claimsToRelease'> {
  const { payee, free, cash, room, claimIdOf } = input;
  const { organisationId } = payee;
  if (free.length === 0) return { lines: [], held: [] };
  const reason = reasonToHold(input, free);
  if (reason !== undefined) return { lines: [], held: hold(organisationId, reason, free) };
  const short = shortAgreements(free, cash);
  const waiting = free.filter(({ agreementId }) => short.has(agreementId));
  const covered = free.filter(({ agreementId }) => !short.has(agreementId));
  const held = hold(organisationId, 'agreement_short', waiting);
  if (covered.length === 0) return { lines: [], held };
  const reasonOfRest = reasonToHold(input, covered);
  const payments = exactSumOf(covered) > room.cents ? undefined : cutPayments(covered);
  if (reasonOfRest !== undefined || payments === undefined) {
    const rest = hold(organisationId, reasonOfRest ?? 'too_large', covered);
    return { lines: [], held: [...rest, ...held] };
  }
  const lines = payments.map((components, index) => {
    const claimId = claimIdOf(organisationId, index + 1);
    return lineOfClaim({ claimId, attempt: 0, components }, input);
  });
  return { lines, held };
}

function reasonToHold(
  { payee, amounts, rules, startedAt }: OfOrganisation,
  components: readonly Component[],
): HoldReason | undefined {
  const cents = exactSumOf(components);
  if (cents <= 0) return 'not_positive';
  const reason = reasonOfPayee(payee);
  if (reason !== undefined) return reason;
  if (cents >= rules.minimumCents || payee.left) return undefined;
  const asked = new Set(components.map(pairOf));
  const oldestOn = amounts
    .filter((amount) => amount.cents > 0 && asked.has(pairOf(amount)))
    .map((amount) => amount.oldestOn)
    .sort(byText)[0];
  const waitsLongEnough =
    oldestOn !== undefined &&
    addDays(oldestOn, rules.minimumWaivedAfterDays) <= parisDayOf(startedAt);
  return waitsLongEnough ? undefined : 'below_minimum';
}

function reasonOfPayee({ account, fraudHold, barredIbans }: PayeeNow): HoldReason | undefined {
  if (account === 'none') return 'no_verified_account';
  if (account === 'quarantined') return 'quarantine';
  if (barredIbans.includes(account.iban)) return 'no_verified_account';
  return fraudHold ? 'fraud_hold' : undefined;
}

/** Agreements whose part in the payment is positive and more than their own cash. */
function shortAgreements(components: readonly Component[], cash: Cash): ReadonlySet<string> {
  const short = [...partsByAgreement(components)].filter(
    ([agreementId, cents]) => cents > 0 && cents > (cash.get(agreementId) ?? 0),
  );
  return new Set(short.map(([agreementId]) => agreementId));
}

/** The line, with its cash drawn. A negative part brings its agreement nothing before it is booked. */
function lineOfClaim(
  claim: Pick<ClaimInOwed, 'claimId' | 'attempt' | 'components'>,
  { payee: { organisationId, account }, cash, room }: OfOrganisation,
): RunLine {
  if (account === 'none' || account === 'quarantined') throw new Error('a line needs an account');
  for (const [agreementId, cents] of partsByAgreement(claim.components)) {
    if (cents > 0) cash.set(agreementId, (cash.get(agreementId) ?? 0) - cents);
  }
  const { claimId, components } = claim;
  const attempt = claim.attempt + 1;
  const endToEndId = endToEndIdOf(claimId, attempt);
  const amountCents = sumOf(components);
  room.cents -= amountCents;
  return { organisationId, claimId, attempt, endToEndId, amountCents, components, payee: account };
}

const hold = (
  organisationId: string,
  reason: HoldReason,
  held: readonly Component[],
): readonly HeldAmount[] =>
  cutHeld(held).map((components) => {
    return { organisationId, reason, amountCents: sumOf(components), components };
  });

const holdClaim = (
  { organisationId, claimId, amountCents, components }: ClaimInOwed,
  reason: HoldReason,
): HeldAmount => ({ organisationId, reason, amountCents, components, claimId });

/** Ordinary lines sum only what belongs to no claim. Pairs of 0 cents are none. */
function withoutClaims(
  amounts: readonly OwedAmount[],
  claims: readonly ClaimInOwed[],
): readonly Component[] {
  const left = new Map<string, Component>();
  const add = ({ agreementId, placeId }: Component, cents: number): void => {
    const pair = pairOf({ agreementId, placeId });
    left.set(pair, { agreementId, placeId, cents: (left.get(pair)?.cents ?? 0) + cents });
  };
  for (const amount of amounts) add(amount, amount.cents);
  for (const { components } of claims) {
    for (const component of components) add(component, -component.cents);
  }
  return [...left]
    .filter(([, { cents }]) => cents !== 0)
    .sort(([a], [b]) => byText(a, b))
    .map(([, component]) => component);
}

function partsByAgreement(components: readonly Component[]): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  for (const { agreementId, cents } of components) {
    parts.set(agreementId, (parts.get(agreementId) ?? 0) + cents);
  }
  return parts;
}

function groupByOrganisation<T extends Readonly<{ organisationId: string }>>(
  items: readonly T[],
): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.organisationId);
    if (group) group.push(item);
    else groups.set(item.organisationId, [item]);
  }
  return groups;
}

const pairOf = ({ agreementId, placeId }: Pick<Component, 'agreementId' | 'placeId'>): string =>
  `${agreementId} ${placeId}`;

const sumOf = (components: readonly Component[]): number =>
  sumCents(components.map(({ cents }) => cents));

/** By code unit, so that no machine's language changes the order. */
const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
