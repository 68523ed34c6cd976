import { randomUUID } from 'node:crypto';
import { RecentCommands, type CommandTrace, type ObservedEvent } from './command-lookup';

const event = (
  commandId: string | undefined,
  over: Partial<ObservedEvent> = {},
): ObservedEvent => ({
  streamName: 'till-1',
  revision: 0,
  metadata: { commandId } as ObservedEvent['metadata'],
  ...over,
});

const older = (traces: Readonly<Record<string, CommandTrace>>) => ({
  find: (commandId: string) => traces[commandId],
  observe: () => undefined,
});

describe('the commands of late', () => {
  it('are found by their ids, each at its first event', () => {
    const recent = new RecentCommands({ commandsMax: 1_000 });
    const ids = Array.from({ length: 100 }, () => randomUUID());
    for (const [at, id] of ids.entries()) {
      recent.observe(event(id, { streamName: `till-${at}`, revision: at }));
      recent.observe(event(id, { streamName: `till-${at}`, revision: at + 1 }));
    }
    expect(ids.map((id) => recent.find(id))).toEqual(
      ids.map((_, at) => ({ streamName: `till-${at}`, revision: at })),
    );
  });

  it('are no others, and none of an event without one', () => {
    const recent = new RecentCommands({ commandsMax: 10 });
    recent.observe(event(undefined));
    for (let n = 0; n < 100; n += 1) expect(recent.find(randomUUID())).toBeUndefined();
    expect(recent.find('')).toBeUndefined();
  });

  it('are told apart where they end alike', () => {
    const recent = new RecentCommands({ commandsMax: 10 });
    const [one, other] = ['11111111-1111', '22222222-1111'].map(
      (head) => `${head}-4111-8111-111111111111`,
    );
    recent.observe(event(one, { revision: 1 }));
    expect(recent.find(other!)).toBeUndefined();
    recent.observe(event(other, { revision: 2 }));
    expect([one!, other!].map((id) => recent.find(id))).toMatchObject([
      { revision: 1 },
      { revision: 2 },
    ]);
  });

  it('give way, the oldest first, and are then asked of the older ones', () => {
    const [first, last] = [randomUUID(), randomUUID()];
    const trace = { streamName: 'till-9', revision: 9 };
    const recent = new RecentCommands({ commandsMax: 64, older: older({ [first]: trace }) });
    recent.observe(event(first));
    expect(recent.find(first)).toEqual({ streamName: 'till-1', revision: 0 });
    for (let n = 0; n < 10_000; n += 1) recent.observe(event(randomUUID()));
    recent.observe(event(last));
    expect(recent.find(first)).toBe(trace);
    expect(recent.find(last)).toEqual({ streamName: 'till-1', revision: 0 });
  });

  it('that are new are asked of nobody where all there are were seen, and of the older ones else', () => {
    const asked: string[] = [];
    let hasSeenAll = false;
    const find = (commandId: string): undefined => void asked.push(commandId);
    const recent = new RecentCommands({
      commandsMax: 8,
      older: { find, observe: () => undefined },
      hasSeenAll: () => hasSeenAll,
    });
    const seen = Array.from({ length: 1_000 }, () => randomUUID());
    for (const id of seen) recent.observe(event(id));
    const newId = randomUUID();
    expect(recent.find(newId)).toBeUndefined();
    expect(asked).toEqual([newId]);
    hasSeenAll = true;
    expect(recent.find(randomUUID())).toBeUndefined();
    expect(asked).toEqual([newId]);
    const forgotten = seen.filter((id) => recent.find(id) === undefined);
    expect(forgotten.length).toBeGreaterThan(900);
    expect(asked.slice(1)).toEqual(forgotten);
  });

  it('stay when as many as there is room for are spread as they happen to be', () => {
    const recent = new RecentCommands({ commandsMax: 4_096 });
    const ids = Array.from({ length: 1_024 }, () => randomUUID());
    for (const id of ids) recent.observe(event(id));
    // A quarter of the places taken: a row has eight, and two of them in use on average.
    const lost = ids.filter((id) => recent.find(id) === undefined);
    expect(lost.length).toBeLessThanOrEqual(20);
  });
});
