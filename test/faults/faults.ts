import { setTimeout as sleep } from 'node:timers/promises';
import type { Chance } from '../../apps/standalone/src/bank-simulator/chance';
import { LINKS, PROGRAMS, type Fleet, type LinkName, type ProgramName } from './fleet';
import type { Need } from './history';

/** Something that goes wrong at a moment, and is over by itself. */
export type Fault = Readonly<{
  /** For people: what, and for how long. */
  name: string;
  /** After the beginning of the round. */
  atMs: number;
  /** What it hits if something of that is under way meanwhile; all of it where this is empty. */
  needs: readonly Need[];
  /** Resolves when nothing is broken any more, but for programs that are still starting. */
  strike: (fleet: Fleet) => Promise<void>;
}>;

type Drawn = Omit<Fault, 'atMs'>;
type About = readonly (string | number)[];
type Kind = (chance: Chance, about: About) => Drawn;

const FAULTS_MAX = 3;
/** Faults begin within this time, so that some meet. */
const WITHIN_MS = 2_500;
/** Longer than a client waits for an answer, and than an append does. */
const PAUSE_MS = { min: 100, max: 7_000 };
const CUT_MS = { min: 0, max: 2_000 };
const MUTE_MS = { min: 50, max: 1_500 };
const FULL_MS = { min: 100, max: 3_000 };
const AGAIN_MS = { min: 0, max: 1_500 };

/** One to three, by the seed and the number of the round. */
export function drawFaults(chance: Chance, round: number): readonly Fault[] {
  const count = 1 + chance.upTo(FAULTS_MAX - 1, round, 'faults');
  const faults = Array.from({ length: count }, (_, at): Fault => {
    const about = [round, at];
    const kind = chance.pick(KINDS, ...about, 'kind');
    return { ...kind(chance, about), atMs: chance.upTo(WITHIN_MS, ...about, 'moment') };
  });
  return faults.toSorted((a, b) => a.atMs - b.atMs);
}

const between = (chance: Chance, { min, max }: { min: number; max: number }, about: About) =>
  min + chance.upTo(max - min, ...about, 'long');

const needsOf = (name: ProgramName): readonly Need[] => {
  if (name === 'event-store') return ['api-1', 'api-2'];
  if (name === 'worker') return ['process', 'job'];
  if (name === 'redis') return ['job'];
  if (name === 'projector') return ['view', 'process', 'job'];
  return [name];
};

const needsOfLink = (name: LinkName): readonly Need[] => {
  if (name === 'worker to store' || name === 'worker to redis') return needsOf('worker');
  if (name === 'projector to store') return needsOf('projector');
  if (name.endsWith('to redis')) return ['job'];
  return name.includes('api-1') ? ['api-1'] : ['api-2'];
};

const anyProgram = (chance: Chance, about: About): ProgramName =>
  chance.pick(PROGRAMS, ...about, 'program');

const kill: Kind = (chance, about) => {
  const name = anyProgram(chance, about);
  return { name: `kill ${name}`, needs: needsOf(name), strike: (fleet) => fleet.kill([name]) };
};

/** And once more while it starts, or soon after. */
const killTwice: Kind = (chance, about) => {
  const name = anyProgram(chance, about);
  const againMs = between(chance, AGAIN_MS, about);
  return {
    name: `kill ${name}, again after ${againMs} ms`,
    needs: needsOf(name),
    strike: async (fleet) => {
      await fleet.kill([name]);
      await sleep(againMs);
      await fleet.kill([name]);
    },
  };
};

const killAll: Kind = () => ({
  name: 'kill all at once',
  needs: [],
  strike: (fleet) => fleet.kill(PROGRAMS),
});

const loseJobs: Kind = () => ({
  name: 'kill redis, its data lost',
  needs: needsOf('redis'),
  strike: (fleet) => fleet.kill(['redis'], () => fleet.forgetJobs()),
});

const pause: Kind = (chance, about) => {
  const name = anyProgram(chance, about);
  const forMs = between(chance, PAUSE_MS, about);
  return {
    name: `pause ${name} for ${forMs} ms`,
    needs: needsOf(name),
    strike: async (fleet) => {
      fleet.pause(name);
      await sleep(forMs);
      fleet.goOn(name);
    },
  };
};

const anyLink = (chance: Chance, about: About): LinkName => chance.pick(LINKS, ...about, 'link');

/** Reset, and connecting is refused for a while. */
const cut: Kind = (chance, about) => {
  const name = anyLink(chance, about);
  const forMs = between(chance, CUT_MS, about);
  return {
    name: `cut ${name} for ${forMs} ms`,
    needs: needsOfLink(name),
    strike: async (fleet) => {
      const link = fleet.link(name);
      await link.pause();
      await sleep(forMs);
      await link.resume();
    },
  };
};

const freeze: Kind = (chance, about) => {
  const name = anyLink(chance, about);
  const forMs = between(chance, PAUSE_MS, about);
  return {
    name: `freeze ${name} for ${forMs} ms`,
    needs: needsOfLink(name),
    strike: async (fleet) => {
      const link = fleet.link(name);
      link.freeze();
      await sleep(forMs);
      link.thaw();
    },
  };
};

/** What is asked arrives and is done; nobody hears of it, and then the connection is gone. */
const mute: Kind = (chance, about) => {
  const name = anyLink(chance, about);
  const forMs = between(chance, MUTE_MS, about);
  return {
    name: `mute ${name} for ${forMs} ms`,
    needs: needsOfLink(name),
    strike: async (fleet) => {
      const link = fleet.link(name);
      link.dropsAnswers = true;
      await sleep(forMs);
      link.cut();
      link.dropsAnswers = false;
    },
  };
};

const fullDisk: Kind = (chance, about) => {
  const name = chance.pick(['event-store', 'redis', 'projector'] as const, ...about, 'disk');
  const forMs = between(chance, FULL_MS, about);
  return {
    name: `no room for ${name} for ${forMs} ms`,
    needs: needsOf(name),
    strike: async (fleet) => {
      fleet.refuseWrites(name);
      await sleep(forMs);
      fleet.allowWrites(name);
    },
  };
};

/** As often as they stand here. */
const KINDS: readonly [Kind, ...Kind[]] = [
  ...([kill, kill, kill, kill, killTwice, killAll, loseJobs] as const),
  ...([pause, pause, cut, freeze, mute, mute, fullDisk] as const),
];
