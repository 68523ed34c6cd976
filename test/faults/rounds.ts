import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { chanceOf } from '../../apps/standalone/src/bank-simulator/chance';
import { Audit } from '../../apps/verify/src/audit';
import { drawFaults, type Fault } from './faults';
import { Fleet } from './fleet';
import { History } from './history';
import { Load } from './load';
import { beginScheme, readLog, type Scheme } from './scheme';
import { judgeChanges, paidInTwoFiles, vouchersUsedTwice, type Verdict } from './verdict';
import { calm, viewsThatDiffer } from './views';

/** One scheme and its log live through so many rounds: a restart meets what those before it left. */
const ROUNDS_PER_SCHEME = 20;
/** The load before the round's first fault, and after its last. */
const BEFORE_MS = 500;
const AFTER_MS = 500;
const FINDINGS_MAX = 40;

export type Options = Readonly<{
  rounds: number;
  /** The same seed draws the same faults at the same moments; how they meet the load is chance. */
  seed: number;
  /** Compiled apps/standalone/src/programs.js. */
  chooser: string;
  /** Told of every round, for people. */
  say: (line: string) => void;
}>;

export type Summary = {
  rounds: number;
  /** Rounds whose faults hit nothing that was under way. */
  void: number;
  /** Changes that were acknowledged and are not in the log. */
  lost: number;
  /** Keys with two effects, vouchers used twice, payments in two files. */
  doubled: number;
  /** Rounds after which anything else did not hold. */
  broken: number;
  acknowledged: number;
  refused: number;
  /** Answers that never came, and 503s: each was asked again. */
  unanswered: number;
  unavailable: number;
  /** Programs that ended though nobody had killed them, and were started again. */
  endedAlone: number;
  events: number;
  /** For what follows by itself from a change, in another program. */
  longestWaitMs: number;
  /** Each names the round, its faults and what was found. */
  findings: string[];
  /** Folders of schemes in which something was found: they are kept. */
  kept: string[];
};

/** Real programs under load, and what goes wrong with them, round after round. */
export async function runRounds(options: Options): Promise<Summary> {
  const summary: Summary = {
    ...{ rounds: 0, void: 0, lost: 0, doubled: 0, broken: 0 },
    ...{ acknowledged: 0, refused: 0, unanswered: 0, unavailable: 0, endedAlone: 0, events: 0 },
    ...{ longestWaitMs: 0, findings: [], kept: [] },
  };
  while (summary.rounds < options.rounds) {
    const folder = await mkdtemp(join(tmpdir(), 'carnet-faults-'));
    const before = summary.findings.length;
    await liveThrough(folder, options, summary);
    if (summary.findings.length > before) summary.kept.push(folder);
    else await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  }
  return summary;
}

/** One scheme from its first funder to its last round; a scheme in which something broke is left. */
async function liveThrough(folder: string, options: Options, summary: Summary): Promise<void> {
  const { chooser, rounds, seed } = options;
  const fleet = await Fleet.start({ folder, chooser });
  const history = new History();
  const begun = await begin(fleet, history, seed + summary.rounds).catch((error: unknown) => {
    const verdict: Verdict = { lost: [], doubled: [], broken: [textOf(error)] };
    const what = `before round ${summary.rounds + 1} of seed ${seed}`;
    count(summary, { verdict, isVoid: false, what, options });
  });
  const until = Math.min(rounds, summary.rounds + ROUNDS_PER_SCHEME);
  for (let found = 0; begun && summary.rounds < until && found === 0;) {
    found = await new Round({ fleet, history, options, ...begun }).live(summary, until);
  }
  const { changes, counts } = history;
  summary.acknowledged += changes.filter((each) => each.outcome === 'acknowledged').length;
  summary.refused += changes.filter((each) => each.outcome === 'refused').length;
  summary.unanswered += counts.unanswered;
  summary.unavailable += counts.unavailable;
  await fleet.stop();
}

async function begin(
  fleet: Fleet,
  history: History,
  seed: number,
): Promise<Readonly<{ scheme: Scheme; load: Load }>> {
  const scheme = await beginScheme(fleet, history);
  const load = new Load(scheme, chanceOf(seed));
  await load.prepare();
  return { scheme, load };
}

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

type Around = Readonly<{
  fleet: Fleet;
  scheme: Scheme;
  load: Load;
  history: History;
  options: Options;
}>;

class Round {
  constructor(private readonly around: Around) {}

  /** Adds to the summary; answers how much was found. */
  async live(summary: Summary, last: number): Promise<number> {
    const { fleet, load, history, options } = this.around;
    const round = summary.rounds + 1;
    const faults = drawFaults(chanceOf(options.seed), round);
    const verdict: Verdict = { lost: [], doubled: [], broken: [] };
    const from = performance.now();
    let hits: readonly boolean[] = [];
    try {
      load.start();
      hits = await this.#strikeAll(faults);
      await fleet.serves();
      await sleep(AFTER_MS);
      await load.stop();
      await calm(() => fleet.store.fetchHead());
      summary.events = await this.#judge(verdict, { isLast: round === last });
    } catch (error) {
      verdict.broken.push(textOf(error));
      await load.stop();
    }
    verdict.broken.push(...history.takeComplaints());
    history.forgetSpans();
    const told = faults.map(({ name, atMs }, at) => {
      return `${name} at ${atMs} ms${hits[at] ? '' : ' (hit nothing)'}`;
    });
    const tookMs = Math.round(performance.now() - from);
    const what = `round ${round} of seed ${options.seed}: ${told.join('; ')}`;
    const { what: longest, ms } = history.takeLongestWait();
    options.say(`${what}: ${tookMs} ms, ${history.changes.length} changes so far`);
    options.say(`  the longest wait: ${longest} after ${ms} ms`);
    for (const line of fleet.endedAlone.splice(0)) {
      options.say(`  by itself, ${line}`);
      summary.endedAlone += 1;
    }
    summary.longestWaitMs = Math.max(summary.longestWaitMs, ms);
    return count(summary, { verdict, isVoid: !hits.some(Boolean), what, options });
  }

  /** Answers of each whether it hit anything. */
  async #strikeAll(faults: readonly Fault[]): Promise<boolean[]> {
    const { fleet, history } = this.around;
    return Promise.all(
      faults.map(async ({ atMs, needs, strike }) => {
        await sleep(BEFORE_MS + atMs);
        const from = performance.now();
        await strike(fleet);
        const all = ['api-1', 'api-2', 'view', 'process', 'job'] as const;
        const wanted = needs.length > 0 ? needs : all;
        return history.wasUnderWay(wanted, { from, until: performance.now() });
      }),
    );
  }

  /** Answers how many events the log has. After the last round the views are made anew, and compared. */
  async #judge(verdict: Verdict, { isLast }: { isLast: boolean }): Promise<number> {
    const { fleet, scheme, load, history } = this.around;
    const events = await readLog(fleet);
    const { lost, doubled, broken } = judgeChanges(history.changes, events);
    verdict.lost.push(...lost);
    verdict.doubled.push(...doubled, ...vouchersUsedTwice(events));
    verdict.doubled.push(...paidInTwoFiles(load.finance.filesOf));
    verdict.broken.push(...broken);
    const audit = new Audit(({ invariant, what, streamName, position }) => {
      verdict.broken.push(`${invariant}: ${what} (${streamName} at ${position ?? 'the end'})`);
    });
    for (const event of events) audit.see(event);
    audit.end();
    verdict.broken.push(...(await viewsThatDiffer(scheme, events)));
    const differing = isLast ? await fleet.verifyViews() : undefined;
    if (differing !== undefined) verdict.broken.push(`the views are not the log's: ${differing}`);
    return events.length;
  }
}

function count(
  summary: Summary,
  round: { verdict: Verdict; isVoid: boolean; what: string; options: Options },
): number {
  const { verdict, isVoid, what, options } = round;
  const { lost, doubled, broken } = verdict;
  summary.rounds += 1;
  if (isVoid) summary.void += 1;
  summary.lost += lost.length;
  summary.doubled += doubled.length;
  if (broken.length > 0) summary.broken += 1;
  const found = Object.entries(verdict).flatMap(([column, all]) =>
    all.map((finding) => `${column}: ${finding} (${what})`),
  );
  for (const line of found.slice(0, FINDINGS_MAX)) options.say(line);
  summary.findings.push(...found.slice(0, Math.max(0, FINDINGS_MAX - summary.findings.length)));
  return found.length;
}
