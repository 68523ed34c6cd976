import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A line somebody types, and what is answered, `…` standing for anything. */
export type Step = Readonly<{ typed: string; answers: string }>;

/** The console blocks of the README, in their order. */
export function readTour(): readonly Step[] {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(
    ([, text]) => text ?? '',
  );
  return blocks.flatMap((block) =>
    block
      .split(/^\$ /m)
      .slice(1)
      .map((step) => {
        const [typed = '', ...answer] = step.trimEnd().split('\n');
        return { typed, answers: answer.join('\n') };
      }),
  );
}

/** The whole of what was said, from its first letter to its last. */
export function isAnswer(said: string, { answers }: Step): boolean {
  const parts = answers.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[\\s\\S]*')}$`).test(said.trimEnd());
}
