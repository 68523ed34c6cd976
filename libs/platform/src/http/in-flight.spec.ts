import { EventEmitter } from 'node:events';
import type { ExecutionContext } from '@nestjs/common';
import { InFlight, STREAM_LIMITS, StreamGuard } from './in-flight';
import { Problem } from './problem';

/** One who wants to follow a stream; `leave` closes it. */
function listener(id: string) {
  const raw = new EventEmitter();
  const http = { getRequest: () => ({ actor: { id } }), getResponse: () => ({ raw }) };
  const context = { switchToHttp: () => http } as unknown as ExecutionContext;
  return { context, leave: () => void raw.emit('close') };
}

const refusalOf = (ask: () => unknown): string => {
  try {
    ask();
  } catch (error) {
    if (error instanceof Problem) return `${error.status} ${error.code}`;
    throw error;
  }
  return 'none';
};

describe('streams of all callers', () => {
  const { perCallerMax, inAllMax } = STREAM_LIMITS;

  it('are bounded, until one of them ends', () => {
    const guard = new StreamGuard(new InFlight());
    const all = Array.from({ length: inAllMax }, (_, at) =>
      listener(`caller-${Math.floor(at / perCallerMax)}`),
    );
    for (const { context } of all) expect(guard.canActivate(context)).toBe(true);
    const { context } = listener('one more');
    expect(refusalOf(() => guard.canActivate(context))).toBe('503 overloaded');
    all[0]?.leave();
    expect(guard.canActivate(context)).toBe(true);
    // Who was refused counts for nothing.
    expect(refusalOf(() => guard.canActivate(listener('another').context))).toBe('503 overloaded');
    const own = listener('caller-1').context;
    expect(refusalOf(() => guard.canActivate(own))).toBe('429 too_many_streams');
    for (const { leave } of all) leave();
    expect(guard.canActivate(own)).toBe(true);
  });
});
