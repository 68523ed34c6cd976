import type { Event } from '@app/kernel';
import type { Recorded } from '@app/platform';
import type {
  ClaimReleased,
  Component,
  DebtRepaid,
  FeeSweepBooked,
  FeeSweepReturned,
  LinesFrozen,
  LinesReleased,
  PaymentRejected,
  PaymentReturned,
  PaymentSettled,
  PreparationStarted,
  RunOpened,
} from '@app/reimbursement/contract';
import type { Postings } from './funding-postings';
import { addNewer, addOlder, openingOf, pairOn, partsOfDebt, takeOlder } from './pairs';

import type { Tables } from './ledger.tables';
import { post, tick, type Move } from './posting';

export type ReimbursementFacts =
  | RunOpened
  | PreparationStarted
  | LinesFrozen
  | LinesReleased
  | PaymentSettled
  | PaymentRejected
  | PaymentReturned
  | ClaimReleased
  | DebtRepaid
  | FeeSweepBooked
  | FeeSweepReturned;

export const reimbursementPostings: Postings<ReimbursementFacts> = {
  RunOpened: (event, tables) => {
    const { runId } = event.data;
    const { day } = tick(tables, event);
    const number = openingOf(tables) + 1;
    tables.runMarks.put({ name: 'opening', number, eventId: event.id, runId, version: 0, day });
  },

  PreparationStarted: (event, tables) => {
    const { runId, version } = event.data;
    const { day } = tick(tables, event);
    const number = (tables.runMarks.get('preparation')?.number ?? 0) + 1;
    tables.runMarks.put({ name: 'preparation', number, eventId: event.id, runId, version, day });
  },

  // What an ordinary line takes of a pair waits no longer; a claim's parts are its own already.
  LinesFrozen: (event, tables) => {
    const { day } = tick(tables, event);
    const { lines } = event.data;
    for (const line of lines.filter(({ attempt }) => attempt === 1)) {
      for (const component of line.components) {
        const pair = pairOn(tables, { ...line, ...component }, day);
        const { left, taken } = takeOlder(pair, component.cents);
        tables.pairs.put(left);
        const { claimId } = line;
        const { agreementId, placeId } = component;
        const part = { claimId, agreementId, placeId, failedAfterOpening: 0 };
        tables.claimParts.put({ ...part, ...taken });
      }
    }
    postByAgreement(tables, event, {
      moves: lines.flatMap((line) => movesOf(line, 'owed', 'inRun')),
      frozen: lines.flatMap(drawnBy),
    });
  },

  LinesReleased: (event, tables) => {
    const { day } = tick(tables, event);
    const { lines } = event.data;
    for (const line of lines.filter(({ attempt }) => attempt === 1)) giveBack(tables, line, day);
    postByAgreement(tables, event, {
      moves: lines.flatMap((line) => movesOf(line, 'inRun', 'owed')),
      frozen: lines.flatMap(drawnBy).map(negative),
    });
  },

  PaymentSettled: (event, tables) => {
    const { data } = event;
    const moves = movesOf(data, data.from, 'paid').flatMap((move) => byPart(tables, data, move));
    // What had been put back in owed draws on no cash any more.
    const frozen = data.from === 'inRun' ? drawnBy(data).map(negative) : [];
    postByAgreement(tables, event, { moves, frozen });
  },

  PaymentRejected: (event, tables) => {
    const { data } = event;
    keepFailed(tables, data);
    postByAgreement(tables, event, {
      moves: movesOf(data, 'inRun', 'owed'),
      frozen: drawnBy(data).map(negative),
    });
  },

  PaymentReturned: (event, tables) => {
    const { data } = event;
    keepFailed(tables, data);
    const moves = movesOf(data, 'paid', 'owed').flatMap((move) => byPart(tables, data, move));
    postByAgreement(tables, event, { moves, frozen: [] });
  },

  ClaimReleased: (event, tables) => {
    const { day } = tick(tables, event);
    giveBack(tables, event.data, day);
  },

  DebtRepaid: (event, tables) => {
    const { day } = tick(tables, event);
    const { bookedOn, ...data } = event.data;
    const moves = movesOf(data, 'paid', 'owed').flatMap((move) => {
      const pair = pairOn(tables, move, day);
      const parts = partsOfDebt(pair, move.cents);
      tables.pairs.put(addNewer(pair, parts, bookedOn));
      return parts.map((part) => ({ ...move, ...part }));
    });
    postByAgreement(tables, event, { moves, frozen: [] });
  },

  FeeSweepBooked: (event, tables) => {
    const { agreementId, amountCents: sweptCents } = event.data;
    post(tables, event, agreementId, { cash: { sweptCents } });
  },

  FeeSweepReturned: (event, tables) => {
    const { agreementId, amountCents } = event.data;
    post(tables, event, agreementId, { cash: { sweptCents: -amountCents } });
  },
};

type Claim = Readonly<{
  organisationId: string;
  claimId: string;
  components: readonly Component[];
}>;

type PairMove = Move & Readonly<{ agreementId: string; placeId: string; organisationId: string }>;

const movesOf = (
  { organisationId, components }: Omit<Claim, 'claimId'>,
  from: Move['from'],
  to: Move['to'],
): readonly PairMove[] =>
  components.map((component) => ({ ...component, organisationId, from, to }));

/** What is paid is counted by département and public: a movement for each. */
const byPart = (tables: Tables, { claimId }: Claim, move: PairMove): readonly PairMove[] => {
  const known = tables.claimParts.get(claimId, move.agreementId, move.placeId);
  return known ? known.parts.map((part) => ({ ...move, ...part })) : [move];
};

/** Parts of a claim that the bank did not pay are in owed, from here on. */
const keepFailed = (tables: Tables, { claimId, components }: Claim): void => {
  for (const { agreementId, placeId } of components) {
    const known = tables.claimParts.get(claimId, agreementId, placeId);
    if (known) tables.claimParts.put({ ...known, failedAfterOpening: openingOf(tables) });
  }
};

/** The claim is none any more: what it was made of waits again as it waited before. */
const giveBack = (tables: Tables, claim: Claim, day: string): void => {
  for (const component of claim.components) {
    const { agreementId, placeId } = component;
    const known = tables.claimParts.get(claim.claimId, agreementId, placeId);
    if (!known) continue;
    const pair = pairOn(tables, { ...claim, ...component }, day);
    // What failed after the latest opening was not owed at it, so its run does not take it.
    const isOlder = known.failedAfterOpening < pair.opening;
    tables.pairs.put(isOlder ? addOlder(pair, known) : addNewer(pair, known.parts, known.oldestOn));
    tables.claimParts.delete(claim.claimId, agreementId, placeId);
  }
};

type Drawn = Readonly<{ agreementId: string; cents: number }>;

/** What a line draws of each agreement's cash: a part where the agreement is owed draws none. */
const drawnBy = ({ components }: Pick<Claim, 'components'>): readonly Drawn[] =>
  [...Map.groupBy(components, ({ agreementId }) => agreementId)].flatMap(([agreementId, own]) => {
    const cents = sumOf(own);
    return cents > 0 ? [{ agreementId, cents }] : [];
  });

const negative = ({ agreementId, cents }: Drawn): Drawn => ({ agreementId, cents: -cents });

/** Posts what one event moves of several agreements, agreement by agreement. */
const postByAgreement = (
  tables: Tables,
  event: Recorded<Event>,
  { moves, frozen }: Readonly<{ moves: readonly PairMove[]; frozen: readonly Drawn[] }>,
): void => {
  const drawn = Map.groupBy(frozen, ({ agreementId }) => agreementId);
  let seq = 0;
  for (const [agreementId, own] of Map.groupBy(moves, (move) => move.agreementId)) {
    const cash = { frozenCents: sumOf(drawn.get(agreementId) ?? []) };
    seq = post(tables, event, agreementId, { moves: own, cash }, seq);
  }
};

const sumOf = (items: readonly Readonly<{ cents: number }>[]): number =>
  items.reduce((sum, { cents }) => sum + cents, 0);
