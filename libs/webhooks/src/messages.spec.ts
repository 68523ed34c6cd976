import { execFileSync } from 'node:child_process';
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

describe('the page of receivers', () => {
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
