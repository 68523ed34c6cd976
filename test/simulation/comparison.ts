import { verifyReadModel, type ReadStore } from '@app/platform';
import { BalanceQueries, PROJECTIONS } from '@app/read-models';
import { imbalanceOf, negativeOf } from '../support/reference-balances';
import { ReferenceFold } from '../support/reference-fold';
import type { Chance } from './chance';
import type { GrowingLog } from './simulated-store';

/** Of the log's past, beside its end. */
const INSTANTS = 3;

/**
 * What the views say, beside what the log says: every view made again from the first event is what it is
 * (I-12), and the balances of every agreement, now and at some instants of the past, are those of a fold
 * that shares no code with them and lose no cent (I-1).
 */
export async function* compareViews({
  log,
  viewsFile,
  readStore,
  chance,
}: Readonly<{
  log: GrowingLog;
  viewsFile: string;
  readStore: ReadStore;
  chance: Chance;
}>): AsyncGenerator<string> {
  for (const { view, isFold } of await verifyReadModel(log, viewsFile, PROJECTIONS)) {
    if (!isFold) yield `I-12: ${view} is not its fold`;
  }
  const events = await Array.fromAsync(log.readAll());
  const balances = new BalanceQueries(readStore);
  const last = events.at(-1)?.recordedAt;
  const some = Array.from({ length: INSTANTS }, () => chance.pick(events)?.recordedAt);
  for (const instant of [last, ...some]) {
    if (instant === undefined) continue;
    const fold = ReferenceFold.asOf(events, instant);
    for (const agreementId of fold.agreementIds) {
      const money = fold.agreement(agreementId);
      const where = `agreement ${agreementId} at ${instant.toISOString()}`;
      if (imbalanceOf(money) !== 0) yield `I-1: ${where} lacks ${imbalanceOf(money)} cents`;
      for (const bucket of negativeOf(money)) yield `I-1: ${bucket} of ${where} is below zero`;
      const asOf = instant === last ? undefined : instant;
      const shown = balances.findAgreement(agreementId, asOf);
      for (const what of differencesOf(money, shown)) yield `I-12: ${where}: ${what}`;
    }
  }
}

const differencesOf = (money: object, shown: object | undefined): readonly string[] => {
  const [wanted, found] = [new Map(flat(money)), new Map(flat(shown ?? {}))];
  return [...wanted].flatMap(([name, cents]) => {
    const other = found.get(name);
    return other === cents ? [] : [`${name} is shown as ${String(other)}, it is ${String(cents)}`];
  });
};

const flat = (object: object, before = ''): [string, unknown][] =>
  Object.entries(object).flatMap(([name, value]: [string, unknown]): [string, unknown][] =>
    typeof value === 'object' && value !== null
      ? flat(value, `${before}${name}.`)
      : [[`${before}${name}`, value]],
  );
