import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { simulate } from './simulation';

const USAGE = 'npm run simulate -- [--seeds N] [--seed S] [--steps N] [--trace]';

/** Seeds S, S + 1, … The last line is what to look at; exits with 1 where an invariant was broken. */
async function main(): Promise<void> {
  const text = { type: 'string' } as const;
  const options = { seeds: text, seed: text, steps: text, trace: { type: 'boolean' } } as const;
  const { values } = parseArgs({ options });
  const seeds = Number(values.seeds ?? 100);
  const first = Number(values.seed ?? Date.now() % 1_000_000_000);
  const steps = Number(values.steps ?? 2_000);
  const isCount = (count: number): boolean => Number.isSafeInteger(count) && count > 0;
  if (!isCount(seeds) || !isCount(steps) || !Number.isSafeInteger(first)) throw new Error(USAGE);
  const seen = new Map<string, number>();
  const sum = { seeds: 0, violations: 0, steps: 0 };
  for (let seed = first; seed < first + seeds; seed += 1) {
    const onStep = (step: number, what: string): void => print({ step, what });
    const outcome = await simulate({ seed, steps, ...(values.trace && { onStep }) });
    for (const broken of outcome.violations.slice(0, 10)) {
      print({
        seed,
        broken,
        repeat: `npm run simulate -- --seeds 1 --seed ${seed} --steps ${steps}`,
      });
    }
    const { types, answers, faults, ...figures } = outcome;
    print({ ...figures, violations: outcome.violations.length });
    add(seen, types);
    add(
      seen,
      [...faults].map(([fault, times]) => [`fault: ${fault}`, times] as const),
    );
    add(seen, Object.entries(answers));
    sum.seeds += 1;
    sum.steps += outcome.steps;
    sum.violations += outcome.violations.length;
  }
  print(Object.fromEntries([...seen].sort()));
  print({ seeds: sum.seeds, violations: sum.violations, steps: sum.steps });
  if (sum.violations > 0) process.exitCode = 1;
}

const add = (to: Map<string, number>, counts: Iterable<readonly [string, number]>): void => {
  for (const [what, times] of counts) to.set(what, (to.get(what) ?? 0) + times);
};

const print = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

void main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 2;
});
