/** One append a writer sent, and what it learned of it. */
export type Attempt = {
  readonly stream: string;
  readonly expected: bigint | 'no_stream' | 'any';
  readonly ids: readonly string[];
  outcome: 'open' | 'acknowledged' | 'unknown' | 'unsent' | 'refused';
  /** Revision of its last event, as acknowledged. */
  revision?: bigint;
};

/** What the log holds of one stream, in the order of the log. */
export type Written = Readonly<{ id: string; revision: bigint }>;

/** `lost` and `doubled` count events; `broken` counts any other broken promise. */
export type Verdict = { lost: number; doubled: number; broken: number; why: string[] };

/** Holds what the log says against what the writers were told. */
export function judge(
  attempts: readonly Attempt[],
  log: ReadonlyMap<string, readonly Written[]>,
): Verdict {
  const verdict: Verdict = { lost: 0, doubled: 0, broken: 0, why: [] };
  const byStream = Map.groupBy(attempts, ({ stream }) => stream);
  for (const stream of log.keys()) {
    if (!byStream.has(stream)) blame(verdict, 'broken', `${stream} was never written to`);
  }
  for (const [stream, sent] of byStream) judgeStream(sent, log.get(stream) ?? [], verdict);
  return verdict;
}

function judgeStream(
  sent: readonly Attempt[],
  written: readonly Written[],
  verdict: Verdict,
): void {
  const revisions = new Map<string, bigint>();
  const known = new Set(sent.flatMap(({ ids }) => ids));
  written.forEach(({ id, revision }, i) => {
    if (revision !== BigInt(i)) blame(verdict, 'broken', `revision ${revision} at place ${i}`);
    if (revisions.has(id)) blame(verdict, 'doubled', `${id} is there twice`);
    if (!known.has(id)) blame(verdict, 'broken', `${id} was never sent`);
    revisions.set(id, revision);
  });
  for (const attempt of sent) judgeAttempt(attempt, revisions, verdict);
}

function judgeAttempt(
  { ids, outcome, revision, stream }: Attempt,
  revisions: ReadonlyMap<string, bigint>,
  verdict: Verdict,
): void {
  const found = ids.flatMap((id) => revisions.get(id) ?? []);
  const missing = ids.length - found.length;
  const inARow = found.every((at, i) => at === (found[0] ?? 0n) + BigInt(i));
  if (!inARow) blame(verdict, 'broken', `an append to ${stream} is torn apart`);
  if (outcome === 'acknowledged') {
    if (missing > 0) blame(verdict, 'lost', `${missing} acknowledged in ${stream}`, missing);
    else if (found.at(-1) !== revision) blame(verdict, 'broken', `${stream} is not at ${revision}`);
  } else if (outcome === 'unknown' && missing > 0 && missing < ids.length) {
    blame(verdict, 'broken', `an append to ${stream} is half there`);
  } else if (outcome === 'unsent' && missing < ids.length) {
    blame(verdict, 'broken', `an append to ${stream} is there though it was said not to be sent`);
  } else if (outcome === 'refused') {
    blame(verdict, 'broken', `an append to ${stream} was refused though nobody else writes to it`);
  }
}

function blame(
  verdict: Verdict,
  what: 'lost' | 'doubled' | 'broken',
  why: string,
  count = 1,
): void {
  verdict[what] += count;
  if (verdict.why.length < 20) verdict.why.push(`${what}: ${why}`);
}
