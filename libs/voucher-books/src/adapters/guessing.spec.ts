import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DomainError } from '@app/kernel';
import { LocalCounters, SystemRandomness } from '@app/platform';
import { FakeClock } from '@app/platform/testing/fake-clock';
import type { Asker } from '../domain/codes/code-limits';
import { CodeGate } from './code-gate';
import { KeyRing } from './key-ring';
import { VoucherCodes } from './voucher-codes';

const ADDRESSES = 1_000;
const GUESSES = 1_000_000;
const TAG_BITS = 40;
const DAY_MS = 86_400_000;

const DEVICES = 2_000;
/** Codes that a till takes in a day, ten minutes apart. */
const CODES_A_DAY = 60;
const TYPING_ERRORS = 0.02;
/** Of typing errors, those that the check symbol lets through: one of 32 symbols. */
const UNSEEN = 1 / 32;

/** Reproducible chance (mulberry32). */
function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** As a program has it: a guess is looked at only where the gate lets it through. */
function gateAt(clock: FakeClock) {
  const gate = new CodeGate({ shared: new LocalCounters(), local: new LocalCounters(), clock });
  const isOpen = async (asker: Asker): Promise<boolean> => {
    try {
      await gate.refuseGuesser(asker);
      return true;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'too_many_attempts') return false;
      throw error;
    }
  };
  return { gate, isOpen };
}

describe('a million wrong codes from a thousand addresses', () => {
  it('are looked at 10,000 times, and hit nothing', async () => {
    const clock = new FakeClock();
    const { gate, isOpen } = gateAt(clock);
    const folder = mkdtempSync(join(tmpdir(), 'carnet-guessing-'));
    const randomness = new SystemRandomness();
    const ring = KeyRing.open({ file: join(folder, 'key-ring.json'), clock, randomness });
    const codes = new VoucherCodes(ring);
    const origin = { orderId: '01980a3c-4f9a-7d33-8b21-5c6d7e8f9a0b', keyId: ring.currentKeyId };
    const chance = chanceOf(1);
    let [lookedAt, hits] = [0, 0];
    for (let guess = 0; guess < GUESSES; guess += 1) {
      // All of them in one day, without login: each address in its turn.
      if (guess % ADDRESSES === 0) clock.advanceBy({ ms: (DAY_MS * ADDRESSES) / GUESSES });
      const asker = { address: `10.0.${(guess % ADDRESSES) >> 8}.${guess % 256}` };
      if (!(await isOpen(asker))) continue;
      lookedAt += 1;
      // The book and the voucher are ones there are; the tag has to be guessed.
      const name = {
        book: 1 + Math.floor(chance() * 10_000),
        voucher: 1 + Math.floor(chance() * 10),
      };
      const tag =
        Math.floor(chance() * 2 ** (TAG_BITS - 20)) * 2 ** 20 + Math.floor(chance() * 2 ** 20);
      if (codes.isGenuine(origin, { ...name, tag })) hits += 1;
      else await gate.countWrongCode(asker);
    }
    rmSync(folder, { recursive: true });
    console.log(
      `${GUESSES} guesses from ${ADDRESSES} addresses: ${lookedAt} looked at, ${hits} hits`,
    );
    expect(hits).toBe(0);
    // What the public routes bear in a day; each address may be believed for a second longer.
    expect(lookedAt).toBeLessThanOrEqual(10_000 + ADDRESSES);
  }, 300_000);
});

describe('who mistypes one code in fifty', () => {
  it('is locked out less than once in a thousand', async () => {
    const clock = new FakeClock('2026-01-15T07:00:00.000Z');
    const { gate, isOpen } = gateAt(clock);
    const chance = chanceOf(2);
    let [asked, lockedOut] = [0, 0];
    for (let turn = 0; turn < CODES_A_DAY; turn += 1) {
      clock.advanceBy({ seconds: 600 });
      for (let device = 0; device < DEVICES; device += 1) {
        // Two tills of a place, ten of an organisation behind one address.
        const asker = {
          deviceId: `d${device}`,
          placeId: `p${device >> 1}`,
          organisationId: `o${Math.floor(device / 10)}`,
          address: `10.0.0.${Math.floor(device / 10)}`,
        };
        asked += 1;
        if (!(await isOpen(asker))) lockedOut += 1;
        else if (chance() < TYPING_ERRORS * UNSEEN) await gate.countWrongCode(asker);
      }
    }
    console.log(`${asked} codes of honest tills: ${lockedOut} locked out`);
    expect(lockedOut / asked).toBeLessThan(0.001);
  });
});
