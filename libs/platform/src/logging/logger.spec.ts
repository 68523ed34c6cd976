import { createLogger } from './logger';

function logged(...entry: [object, string]): string {
  let line = '';
  const destination = { write: (text: string) => void (line += text) };
  createLogger({ program: 'api', level: 'info', destination }).info(...entry);
  return line;
}

describe('a line of the log', () => {
  it('is one JSON object with its level, time and program', () => {
    const line = JSON.parse(logged({ traceId: 'a' }, 'hello')) as Record<string, unknown>;
    expect(line).toMatchObject({ level: 'info', program: 'api', traceId: 'a', msg: 'hello' });
    expect(Date.parse(String(line['time']))).not.toBeNaN();
  });

  it.each([
    [{ authorization: 'Bearer canary.a.b' }, ''],
    [{ req: { headers: { authorization: 'canary', cookie: 'canary' } } }, ''],
    [{ headers: { cookie: 'canary' } }, ''],
    [{ account: { iban: 'canary', holderName: 'canary' } }, ''],
    [{ data: { codes: ['canary'], code: 'canary', name: 'canary' } }, ''],
    [{ body: { anything: 'canary' } }, ''],
  ])('tells no secret of %j', (entry, message) => {
    expect(logged(entry, message)).not.toContain('canary');
  });

  it.each([
    'FR7630006000011234567890189',
    'FR76 3000 6000 0112 3456 7890 189',
    'DE89370400440532013000',
    'BE68539007547034',
    'NO9386011117947',
    '0123-4567-89AB-CDEF',
    '0123456789ABCDEF',
    'https://pass.example/v#ZZZZ-4567-89AB-CDEF',
    'Bearer eyJhbGciOi.J9.x-_',
  ])('tells nothing that looks like %s, wherever it is', (secret) => {
    const shown = /[^#/ ]+$/.exec(secret)?.[0] ?? secret;
    for (const line of [logged({}, `of ${secret}.`), logged({ err: new Error(secret) }, 'x')]) {
      expect(line).not.toContain(shown);
      expect(line).toContain('[redacted]');
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    }
  });

  it('still tells ids, codes of refusals and times', () => {
    const traceId = '0190f6e1-aaaa-7bbb-8ccc-000000000001';
    const line = logged({ traceId, code: 'voucher_used', err: new TypeError('x') }, 'refused');
    for (const part of [traceId, 'voucher_used', 'TypeError']) expect(line).toContain(part);
  });
});
