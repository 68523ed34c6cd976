import { pino } from 'pino';
import { Readiness } from './readiness';

const started = () => {
  const lines: { level: number; msg: string; why?: string }[] = [];
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
  const readiness = new Readiness(logger);
  let trouble: string | undefined;
  readiness.register({
    name: 'store',
    deadlineMs: 60_000,
    check: () => {
      if (trouble !== undefined) throw new Error(trouble);
    },
  });
  const probe = async (now?: string): Promise<boolean> => {
    trouble = now;
    return (await readiness.run()).ready;
  };
  const told = () => lines.splice(0).map(({ level, msg, why }) => [level, msg, why]);
  return { probe, told };
};

describe('readiness', () => {
  it('tells each change once, however often it is asked', async () => {
    const { probe, told } = started();
    expect(await probe()).toBe(true);
    expect(told()).toEqual([]);
    expect([await probe('away'), await probe('away')]).toEqual([false, false]);
    expect(told()).toEqual([[40, 'not ready', 'away']]);
    await probe('far away');
    expect(told()).toEqual([[40, 'not ready', 'far away']]);
    expect([await probe(), await probe()]).toEqual([true, true]);
    expect(told()).toEqual([[30, 'ready', undefined]]);
  });

  it('shows what it can do without, and is ready all the same', async () => {
    const readiness = new Readiness(pino({ enabled: false }));
    const check = () => Promise.reject(new Error('away'));
    readiness.register({ name: 'extra', deadlineMs: 60_000, isVital: false, check });
    expect(await readiness.run()).toMatchObject({
      ready: true,
      checks: [{ name: 'extra', state: 'failed' }],
    });
    readiness.register({ name: 'store', deadlineMs: 60_000, check });
    expect(await readiness.run()).toMatchObject({ ready: false });
  });

  it('warns nobody while it is only starting', async () => {
    const { probe, told } = started();
    await probe('replaying');
    expect(told()).toEqual([[30, 'not ready', 'replaying']]);
  });
});
