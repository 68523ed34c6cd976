import { EventEmitter } from 'node:events';
import { stopOnSignals } from './stop-signals';

/** A supervisor whose stop ends when it is told to, or when it is killed. */
function slowSupervisor() {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const calls: string[] = [];
  return {
    calls,
    endStop: resolve,
    stop: () => (calls.push('stop'), promise),
    kill: () => (calls.push('kill'), resolve(true)),
  };
}

function listen() {
  const signals = new EventEmitter();
  const supervisor = slowSupervisor();
  const clock = { ms: 0 };
  const stopped = stopOnSignals({ signals, supervisor, nowMs: () => clock.ms });
  return { signals, supervisor, clock, stopped };
}

describe('a signal', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('%s stops everything in order', async (signal) => {
    const { signals, supervisor, stopped } = listen();
    signals.emit(signal);
    supervisor.endStop(true);
    expect(await stopped).toBe(true);
    expect(supervisor.calls).toEqual(['stop']);
  });

  it('that comes a second after the first kills everything at once', async () => {
    const { signals, supervisor, clock, stopped } = listen();
    signals.emit('SIGTERM');
    clock.ms = 1_000;
    signals.emit('SIGTERM');
    expect(await stopped).toBe(false);
    expect(supervisor.calls).toEqual(['stop', 'kill']);
  });

  it('told twice by npm is one', async () => {
    const { signals, supervisor, clock, stopped } = listen();
    signals.emit('SIGINT');
    clock.ms = 999;
    signals.emit('SIGINT');
    supervisor.endStop(true);
    expect(await stopped).toBe(true);
    expect(supervisor.calls).toEqual(['stop']);
  });

  it('tells when something had to be killed to stop', async () => {
    const { signals, supervisor, stopped } = listen();
    signals.emit('SIGTERM');
    supervisor.endStop(false);
    expect(await stopped).toBe(false);
  });
});
