import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { KINDS, KINDS_OF } from './domain/kinds';
import { messageOf, PUBLISHED_TYPES } from './messages';
import { EXAMPLE_FACTS } from './messages.examples';

const PAGE = readFileSync(join(__dirname, '../../../docs/webhooks.md'), 'utf8');
const messages = EXAMPLE_FACTS.map(messageOf);

describe('the messages', () => {
  it('are of every kind, each from one event', () => {
    expect(EXAMPLE_FACTS.map(({ type }) => type)).toEqual(PUBLISHED_TYPES);
    expect(messages.map(({ kind }) => kind).sort()).toEqual([...KINDS].sort());
    expect(new Set(KINDS).size).toBe(KINDS.length);
  });

  it('are what the page of receivers shows, kind by kind and to the letter', () => {
    const shown = [
      ...PAGE.matchAll(/^#### `([a-z_.]+)`\n\n(?:[^`\n][^\n]*\n\n)?```json\n(.*?)```/gms),
    ];
    const told = shown.map(([, kind, json = '']) => [kind, JSON.stringify(JSON.parse(json))]);
    expect(told.sort()).toEqual(messages.map(({ kind, body }) => [kind, body]).sort());
  });

  it('have one shape', () => {
    for (const { kind, happenedAt, body } of messages) {
      const parsed = JSON.parse(body) as Record<string, unknown>;
      expect(Object.keys(parsed)).toEqual(['type', 'version', 'timestamp', 'data']);
      expect(parsed).toMatchObject({ type: kind, version: 1, timestamp: happenedAt });
    }
  });

  it('name whose they are by what the kind is of', () => {
    for (const { kind, owner } of messages) {
      const isOfFunder = (KINDS_OF.funder as readonly string[]).includes(kind);
      expect([kind, 'agreementId' in owner]).toEqual([kind, isOfFunder]);
    }
  });

  it('tell no account, no reason that a person typed, no book, and nothing of who came', () => {
    for (const { kind, body } of messages) {
      expect([kind, body.includes('untold')]).toEqual([kind, false]);
      expect([kind, body.includes('987654')]).toEqual([kind, false]);
    }
  });
});

/** Receivers are written in languages that need not be on this machine. */
const has = (command: string): boolean => spawnSync(command, ['--version']).status === 0;
if (!has('python3')) process.stderr.write('python3 is not installed: its example is not run\n');

describe('the page of receivers', () => {
  const exampleIn = (language: string): string =>
    new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(PAGE)?.[1] ?? '';
  const [ID, AT, BODY, SECRET, SIGNATURE] = [
    ...['msg_p5jXN8AQM9LWM0D4loKWxJek', '1614265330', '{"test": 2432232314}'],
    ...[
      'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    ],
  ] as const;

  it('gives the vector that its examples are tried with', () => {
    for (const each of [ID, AT, BODY, SECRET, SIGNATURE]) expect(PAGE).toContain(`\`${each}\``);
  });

  (has('python3') ? it : it.skip)('verifies in Python too', () => {
    const program = `${exampleIn('python')}
time.time = lambda: int(sys.argv[1])
headers = {"webhook-id": "${ID}", "webhook-timestamp": "${AT}", "webhook-signature": "v1,AAAA ${SIGNATURE}"}
print(is_from_carnet(headers, sys.argv[2].encode(), "${SECRET}"))
`;
    const ask = (at: number, body: string) =>
      execFileSync('python3', ['-c', `import sys\n${program}`, String(at), body])
        .toString()
        .trim();
    const told = [
      ask(Number(AT) + 300, BODY),
      ask(Number(AT), `${BODY} `),
      ask(Number(AT) + 301, BODY),
    ];
    expect(told).toEqual(['True', 'False', 'False']);
  });

  it('verifies what is signed, and nothing else', () => {
    const [, example = ''] = /```js\n(.*?)```/s.exec(PAGE) ?? [];
    // The page's own vector, one byte changed, and five minutes and a second late.
    const program = `${example}
      const body = '{"test": 2432232314}';
      const headers = {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature': 'v1,AAAA v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
      };
      const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
      const at = 1614265330000;
      const ask = (body, now) => isFromCarnet(headers, Buffer.from(body), secret, now);
      console.log(ask(body, at + 300_000), ask(body + ' ', at), ask(body, at + 301_000));
    `;
    const options = ['--input-type=module', '--eval', program];
    const told = execFileSync(process.execPath, options, { encoding: 'utf8' });
    expect(told.trim()).toBe('true false false');
  });
});
