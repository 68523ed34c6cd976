import type { Draft } from '@app/reimbursement';
import { groupSums, type Held, type Line, type Part, type Prepared } from './payee-money';

/** Where the rules leave open whether age waives the minimum, as it was said of that organisation. */
export function mixDrafts(
  { paid, held }: Readonly<{ paid: Prepared; held: Prepared }>,
  said: ReadonlySet<string>,
): Prepared {
  const all = [...paid.lines, ...paid.held, ...held.lines, ...held.held];
  const ids = [...new Set(all.map(({ organisationId }) => organisationId))].sort();
  const of = (id: string): Prepared => (said.has(id) ? held : paid);
  return {
    lines: ids.flatMap((id) => of(id).lines.filter((line) => line.organisationId === id)),
    held: ids.flatMap((id) => of(id).held.filter((each) => each.organisationId === id)),
    release: paid.release,
  };
}

/** Throws where what was drafted is not, line by line, what the rules say. */
export function compareDrafts(told: Draft, followed: Prepared): void {
  compareTexts('what is paid', told.lines.map(toldLine), followed.lines.map(followedLine));
  compareTexts('what is held', told.held.map(toldHeld), followed.held.map(followedHeld));
  const released = followed.release.map(({ id }) => id);
  compareTexts('what is released', told.claimsToRelease, released);
}

function compareTexts(what: string, told: readonly string[], followed: readonly string[]): void {
  if (told.join('\n') === followed.join('\n')) return;
  throw new Error(`${what}:\n${told.join('\n')}\nand by the rules\n${followed.join('\n')}`);
}

const toldLine = ({ organisationId, attempt, components, payee }: Draft['lines'][number]): string =>
  [organisationId, attempt, payee.iban, ...components.map(textOf).sort()].join(' ');

const followedLine = ({ organisationId, claim, parts, iban }: Line): string =>
  [organisationId, (claim?.attempts.length ?? 0) + 1, iban, ...textsOf(parts)].join(' ');

const toldHeld = ({ organisationId, reason, components }: Draft['held'][number]): string =>
  [organisationId, reason, ...components.map(textOf).sort()].join(' ');

const followedHeld = ({ organisationId, reason, parts }: Held): string =>
  [organisationId, reason, ...textsOf(parts)].join(' ');

type Component = Draft['lines'][number]['components'][number];

const textOf = ({ agreementId, placeId, cents }: Component): string =>
  `${agreementId} ${placeId} ${cents}`;

const textsOf = (parts: readonly Part[]): readonly string[] =>
  [...groupSums(parts)].map(([pair, cents]) => `${pair} ${cents}`).sort();
