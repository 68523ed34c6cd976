import type { ArgumentMetadata } from '@nestjs/common';
import * as fc from 'fast-check';
import { CentsField, DayField, ReadInOnePass, TextField, UuidField } from './fields';
import { InputPipe } from './input.pipe';
import { Problem } from './problem';

class Slow {
  @UuidField() readonly placeId!: string;
  @TextField({ max: 4, listMax: 2 }) readonly codes!: string[];
  @CentsField() readonly priceCents!: number;
  @DayField({ optional: true }) readonly performedOn?: string;
}

@ReadInOnePass()
class Fast {
  @UuidField() readonly placeId!: string;
  @TextField({ max: 4, listMax: 2 }) readonly codes!: string[];
  @CentsField() readonly priceCents!: number;
  @DayField({ optional: true }) readonly performedOn?: string;
}

const pipe = new InputPipe();

function read(metatype: ArgumentMetadata['metatype'] & object, body: unknown): unknown {
  try {
    return { ...(pipe.transform(body, { type: 'body', metatype }) as object) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const { status, code, errors } = error;
    return { status, code, errors };
  }
}

const or = <T>(good: T): fc.Arbitrary<unknown> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant(good) }, { weight: 1, arbitrary: fc.anything() });

const bodies = fc.record(
  {
    placeId: or('0190f6e1-0000-7000-8000-000000000001'),
    codes: or(['a', 'b']),
    priceCents: or(1),
    performedOn: or('2026-06-10'),
    more: fc.anything(),
  },
  { requiredKeys: [] },
);

describe('a body read in one pass', () => {
  it('is taken or refused exactly as the long way does', () => {
    const whole = { placeId: '0190f6e1-0000-7000-8000-000000000001', codes: ['a'], priceCents: 1 };
    expect(pipe.transform(whole, { type: 'body', metatype: Fast })).toBeInstanceOf(Fast);
    expect(read(Fast, whole)).toEqual({ ...whole, performedOn: undefined });
    fc.assert(
      fc.property(bodies, (body) => expect(read(Fast, body)).toEqual(read(Slow, body))),
      { numRuns: 500 },
    );
  });
});
