import * as fc from 'fast-check';
import { isCents } from '@app/kernel';
import { lastAttempt } from './domain/payment/payment.state';
import { ORGANISATIONS, PEOPLE, Scheme } from './life.model';

const person = fc.constantFrom(...PEOPLE);
const organisation = fc.constantFrom(...ORGANISATIONS);
type Step = (scheme: Scheme) => void;

/** From the opening to the file, as it mostly goes; an account may change at the worst moment. */
const wholeRun = fc
  .record({ person, dies: fc.boolean(), changed: fc.option(organisation) })
  .map(({ person: by, dies, changed }): Step => (s) => {
    s.open(by);
    s.prepare(by, 9);
    for (const other of PEOPLE) s.approve(other);
    if (dies) s.issue(by, true);
    if (changed !== null) s.changeAccount(changed, by);
    s.issue(by, false);
  });

/** The way of a run comes often, so that histories go far; the rest gets in between. */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: wholeRun },
  {
    weight: 6,
    arbitrary: fc
      .record({ organisation, agreement: fc.nat(1), cents: fc.constantFrom(500, 1_000, 3_000) })
      .map(
        ({ organisation: o, agreement, cents }): Step =>
          (s) =>
            s.redeem(o, agreement, cents),
      ),
  },
  {
    weight: 2,
    arbitrary: fc.nat(50).map(
      (index): Step =>
        (s) =>
          s.cancel(index),
    ),
  },
  {
    weight: 3,
    arbitrary: person.map(
      (by): Step =>
        (s) =>
          s.open(by),
    ),
  },
  {
    weight: 6,
    arbitrary: fc.record({ person, diesAfter: fc.constantFrom(0, 1, 9, 9, 9) }).map(
      ({ person: by, diesAfter }): Step =>
        (s) =>
          s.prepare(by, diesAfter),
    ),
  },
  {
    weight: 6,
    arbitrary: person.map(
      (by): Step =>
        (s) =>
          s.approve(by),
    ),
  },
  {
    weight: 1,
    arbitrary: person.map(
      (by): Step =>
        (s) =>
          s.reject(by),
    ),
  },
  {
    weight: 5,
    arbitrary: fc.record({ person, dies: fc.constantFrom(false, false, true) }).map(
      ({ person: by, dies }): Step =>
        (s) =>
          s.issue(by, dies),
    ),
  },
  {
    weight: 8,
    arbitrary: fc.record({ which: fc.nat(8), kind: fc.nat(2) }).map(
      ({ which, kind }): Step =>
        (s) =>
          s.answer(which, kind),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.nat(5).map(
      (which): Step =>
        (s) =>
          s.represent(which),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ organisation, person }).map(
      ({ organisation: o, person: by }): Step =>
        (s) =>
          s.changeAccount(o, by),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.record({ organisation, cents: fc.constantFrom(500, 1_000) }).map(
      ({ organisation: o, cents }): Step =>
        (s) =>
          s.repay(o, cents),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(0, 4_000, 30_000).map(
      (cents): Step =>
        (s) =>
          void (s.cashCents = cents),
    ),
  },
);

/** `npm test` tries some; a longer search is a matter of this variable. */
const HISTORIES = Number(process.env['RUN_LIFE_HISTORIES'] ?? 200);
const SEED = 20_270_301;
const steps = fc.array(step, { minLength: 20, maxLength: 120, size: 'max' });

const afterEveryStep = (holds: (scheme: Scheme) => void): void =>
  fc.assert(
    fc.property(steps, (history) => {
      const scheme = new Scheme();
      for (const each of history) {
        each(scheme);
        holds(scheme);
      }
    }),
    { numRuns: HISTORIES, seed: SEED },
  );

const afterEveryHistory = (look: (scheme: Scheme) => void): void =>
  fc.assert(
    fc.property(steps, (history) => {
      const scheme = new Scheme();
      for (const each of history) each(scheme);
      look(scheme);
    }),
    { numRuns: HISTORIES, seed: SEED },
  );

describe('whatever places, people and the bank do, in any order', () => {
  it('no cent is lost: owed, in run and paid of every pair are what was redeemed', () =>
    afterEveryStep(({ pairs, parts }) => {
      const redeemed = new Map<string, number>();
      for (const { pair, cents, redeemedNumber } of parts) {
        if (redeemedNumber >= 0) redeemed.set(pair, (redeemed.get(pair) ?? 0) + cents);
      }
      const wrong = [...pairs].filter(
        ([key, { owed, inRun, paid }]) =>
          owed + inRun + paid !== (redeemed.get(key) ?? 0) ||
          ![owed, inRun, paid].every(Number.isSafeInteger),
      );
      expect(wrong).toEqual([]);
    }));

  it('a redemption or cancellation is in at most one live claim (I-7)', () =>
    afterEveryStep((scheme) => {
      // `take` asserts, at every issue, that a line is exactly the free parts of before the cut-off.
      for (const claimId of scheme.claimIds()) {
        const claim = scheme.claim(claimId);
        if (!claim || claim.released) continue;
        const { attempts } = claim;
        const open = attempts.filter(({ status }) => status === 'ordered' || status === 'settled');
        expect(open.length).toBeLessThanOrEqual(1);
        expect(open.every((attempt) => attempt === lastAttempt(claim))).toBe(true);
        expect(attempts.map(({ attempt }) => attempt)).toEqual(attempts.map((_, i) => i + 1));
      }
    }));

  it('is paid what the bank has booked less what it gave back, and nothing else', () =>
    afterEveryStep(({ pairs, bankCents, repaidCents }) => {
      const paid = [...pairs.values()].reduce((sum, pair) => sum + pair.paid, 0);
      const booked = [...bankCents.values()].reduce((sum, cents) => sum + cents, 0);
      expect(paid).toBe(booked - repaidCents);
    }));

  it('end-to-end ids are never used twice, in all files together (I-8)', () =>
    afterEveryStep(({ issuedIds }) => {
      expect(new Set(issuedIds).size).toBe(issuedIds.length);
    }));

  it('what is prepared is the sum of its lines, each positive (I-8, I-21)', () =>
    afterEveryStep(({ log }) => {
      const last = log.at(-1);
      if (last?.fact.type !== 'RunPrepared') return;
      const { version, payableCents, lines } = last.fact.data;
      const frozen = log.flatMap(({ stream, fact }) =>
        stream === last.stream && fact.type === 'LinesFrozen' && fact.data.version === version
          ? fact.data.lines
          : [],
      );
      expect(frozen.length).toBe(lines);
      expect(frozen.reduce((sum, { amountCents }) => sum + amountCents, 0)).toBe(payableCents);
      expect(frozen.every(({ amountCents }) => isCents(amountCents) && amountCents > 0)).toBe(true);
    }));

  it('preparers and approvers are different people, and none changed an account in it (I-10)', () =>
    afterEveryStep(({ approvals }) => {
      for (const { preparers, approvers, changers } of approvals) {
        expect(new Set(approvers).size).toBe(approvers.length);
        expect(approvers.some((by) => preparers.includes(by))).toBe(false);
        expect(approvers.some((by) => changers.includes(by))).toBe(false);
      }
    }));

  it('every stream is a word of its language (I-17)', () =>
    afterEveryHistory(({ streams }) => {
      const illegal = [...streams].flatMap(([stream, facts]) => {
        const types = facts.map(({ type }) => type).filter((type) => !REMARKS.has(type));
        const words = types.map((type, i) => [types[i - 1] ?? `start of ${stream}`, type] as const);
        return words.filter(([before, type]) => {
          const legal = FOLLOWERS[before.replace(/^(start of [a-z]+).*/, '$1')] ?? [];
          return !legal.includes(type);
        });
      });
      expect(illegal).toEqual([]);
    }));

  it('no amount is anything but integer cents (I-21)', () =>
    afterEveryStep(({ log }) => {
      JSON.stringify(log.at(-1)?.fact.data, (key, value: unknown) => {
        if (/[cC]ents$/.test(key)) expect(isCents(value)).toBe(true);
        return value;
      });
    }));

  it('goes far: payments are settled, rejected, returned, re-presented, withdrawn, released', () => {
    const seen = new Set<string>();
    const attempts = new Set<number>();
    afterEveryHistory(({ log }) => {
      for (const { fact } of log) {
        seen.add(fact.type === 'PaymentSettled' ? `settled from ${fact.data.from}` : fact.type);
        if (fact.type === 'PaymentOrdered') attempts.add(fact.data.attempt);
      }
    });
    const wanted = [
      'settled from owed',
      'settled from inRun',
      'PaymentRejected',
      'PaymentReturned',
    ];
    wanted.push(
      'AttemptWithdrawn',
      'ClaimReleased',
      'RunSentBack',
      'BookedDebitDisputed',
      'DebtRepaid',
    );
    expect(wanted.filter((each) => !seen.has(each))).toEqual([]);
    expect(Math.max(...attempts)).toBeGreaterThanOrEqual(3);
  });
});

/** They may come at any time and change nothing. */
const REMARKS = new Set(['BookedDebitDisputed', 'LateRejectionKept', 'DebtRepaid']);

const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  'start of run': ['PreparationStarted', 'RunOpened'],
  RunOpened: ['RunCleared'],
  RunCleared: ['RunOpened'],
  PreparationStarted: ['LinesFrozen', 'AmountsHeld', 'RunPrepared'],
  LinesFrozen: ['LinesFrozen', 'AmountsHeld', 'RunPrepared'],
  AmountsHeld: ['LinesFrozen', 'AmountsHeld', 'RunPrepared'],
  RunPrepared: ['ApprovalGiven', 'RunRejected', 'RunSentBack', 'RunCompleted'],
  ApprovalGiven: ['ApprovalGiven', 'RunApproved', 'RunRejected', 'RunSentBack'],
  RunApproved: ['PaymentFileIssued', 'RunRejected', 'RunSentBack'],
  RunRejected: ['LinesReleased'],
  RunSentBack: ['LinesReleased'],
  LinesReleased: ['LinesReleased', 'PreparationStarted'],
  'start of payment': ['PaymentOrdered'],
  PaymentOrdered: ['PaymentSettled', 'PaymentRejected', 'AttemptWithdrawn'],
  PaymentSettled: ['PaymentReturned'],
  PaymentRejected: ['PaymentSettled', 'RepresentmentGranted', 'ClaimReleased'],
  PaymentReturned: ['RepresentmentGranted', 'ClaimReleased'],
  RepresentmentGranted: ['PaymentOrdered', 'PaymentSettled', 'ClaimReleased'],
  AttemptWithdrawn: ['PaymentOrdered', 'PaymentSettled', 'ClaimReleased'],
};
