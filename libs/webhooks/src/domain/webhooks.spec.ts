import { given } from '@app/platform/testing/given';
import type { WebhookFact } from '../contract';
import {
  secretsAt,
  wants,
  WEBHOOKS_MAX,
  webhooks,
  type RegisterWebhook,
  type WebhookWish,
} from './webhooks';

const of = { webhookId: 'webhook', partyId: 'party' };
const at = '2026-03-01T09:00:00.000Z';
const registered = (changes: object = {}): WebhookFact => ({
  type: 'WebhookRegistered',
  data: {
    ...{ ...of, url: 'https://example.org/hook', kinds: ['order.active'] },
    ...{ secret: { keyId: 'key', number: 1 }, ...changes },
  },
});
const rotated: WebhookFact = {
  type: 'WebhookSecretRotated',
  data: { ...of, secret: { keyId: 'new-key', number: 2 }, formerUntilAt: at },
};
const paused: WebhookFact = {
  type: 'WebhookPaused',
  data: { ...of, cause: 'asked', pausedAt: at },
};
const resumed: WebhookFact = { type: 'WebhookResumed', data: { ...of, resumedAt: at } };
const ended: WebhookFact = { type: 'WebhookEnded', data: { ...of, endedAt: at } };

const register = (changes: Partial<RegisterWebhook['data']> = {}): RegisterWebhook => ({
  type: 'RegisterWebhook',
  data: {
    ...{ ...of, audience: 'funder', url: 'https://example.org/hook', kinds: ['order.active'] },
    ...{ keyId: 'key', loopback: false, ...changes },
  },
});
const pause = (cause: 'asked' | 'failing'): WebhookWish => ({
  type: 'PauseWebhook',
  data: { webhookId: 'webhook', cause, pausedAt: at },
});
const replay = (fromAt: string, toAt: string): WebhookWish => ({
  type: 'RequestReplay',
  data: { webhookId: 'webhook', replayId: 'replay', fromAt, toAt },
});

describe('registering an endpoint', () => {
  it('takes each kind once', () =>
    given(webhooks)
      .when(register({ kinds: ['order.active', 'order.active'] }))
      .then(registered()));

  it('is done once', () => given(webhooks, registered()).when(register()).thenNothing());

  it('is refused for what another kind of party is told', () => {
    const kinds = ['redemption.recorded'];
    given(webhooks).when(register({ kinds })).thenRefused('kind_not_yours');
    given(webhooks)
      .when(register({ kinds, audience: 'organisation' }))
      .then(registered({ kinds }));
    given(webhooks)
      .when(register({ kinds, audience: 'scheme' }))
      .then(registered({ kinds }));
  });

  it.each([
    'https://example.org',
    'https://example.org:8443/a/b?c=d',
    'https://EXAMPLE.org/é'.replace('é', '%C3%A9'),
    'https://93.184.216.34/hook',
    'https://[2606:4700::1111]/hook',
    `https://example.org/${'x'.repeat(480)}`,
  ])('takes %s', (url) => given(webhooks).when(register({ url })).then(registered({ url })));

  it.each([
    'http://example.org',
    'http://127.0.0.1:80/',
    'https://localhost/',
    'https://example.org:0/',
    'https://example.org:65536/',
    'https://user@example.org/',
    'https://user:password@example.org/',
    'https://example.org/#fragment',
    'https://example.org/a b',
    'https://example.org/a\\b',
    'https:/example.org',
    'https://',
    'https://.org',
    'ftp://example.org',
    ' https://example.org',
    `https://example.org/${'x'.repeat(481)}`,
  ])('refuses %s', (url) =>
    given(webhooks).when(register({ url })).thenRefused('webhook_url_invalid'),
  );

  it('takes this machine where a test says so, and nothing else over HTTP', () => {
    const url = 'http://127.0.0.1:8080/hook';
    given(webhooks)
      .when(register({ url, loopback: true }))
      .then(registered({ url }));
    for (const other of ['http://example.org:80/', 'http://127.0.0.1.example.org:80/']) {
      given(webhooks)
        .when(register({ url: other, loopback: true }))
        .thenRefused('webhook_url_invalid');
    }
  });

  it('ends at twenty that have not ended', () => {
    const many = Array.from({ length: WEBHOOKS_MAX - 1 }, (_, index) =>
      registered({ webhookId: `webhook-${index}` }),
    );
    given(webhooks, ...many, registered(), ended)
      .when(register({ webhookId: 'other' }))
      .then(registered({ webhookId: 'other' }));
    given(webhooks, ...many, registered())
      .when(register({ webhookId: 'other' }))
      .thenRefused('too_many_webhooks');
  });
});

describe('an endpoint', () => {
  it('is paused once, whoever finds out', () => {
    given(webhooks, registered()).when(pause('asked')).then(paused);
    given(webhooks, registered(), paused).when(pause('asked')).thenRefused('already_so');
    given(webhooks, registered(), paused).when(pause('failing')).thenNothing();
  });

  it('is resumed where it is paused', () => {
    const wish: WebhookWish = {
      type: 'ResumeWebhook',
      data: { webhookId: 'webhook', resumedAt: at },
    };
    given(webhooks, registered(), paused).when(wish).then(resumed);
    given(webhooks, registered()).when(wish).thenRefused('already_so');
    given(webhooks, registered(), ended).when(wish).thenRefused('webhook_ended');
    given(webhooks).when(wish).thenRefused('webhook_unknown');
  });

  it('is replayed for 31 days at most, which may be an instant', () => {
    const [from, last, tooLate] = [
      '2026-03-01T00:00:00.000Z',
      '2026-04-01T00:00:00.000Z',
      '2026-04-01T00:00:00.001Z',
    ];
    for (const to of [from, last]) {
      given(webhooks, registered())
        .when(replay(from, to))
        .then({
          type: 'ReplayRequested',
          data: { ...of, replayId: 'replay', fromAt: from, toAt: to },
        });
    }
    given(webhooks, registered()).when(replay(from, tooLate)).thenRefused('replay_period_invalid');
    given(webhooks, registered()).when(replay(last, from)).thenRefused('replay_period_invalid');
  });

  it('signs with the former secret until its time is over', () => {
    const state = [registered(), rotated].reduce(webhooks.evolve, webhooks.initialState);
    const webhook = state['webhook'];
    expect(webhook && secretsAt(webhook, '2026-03-01T08:59:59.999Z')).toEqual([
      { keyId: 'new-key', number: 2 },
      { keyId: 'key', number: 1 },
    ]);
    expect(webhook && secretsAt(webhook, at)).toEqual([{ keyId: 'new-key', number: 2 }]);
  });

  it('is kept messages for while it is paused, for 30 days', () => {
    const [active, waiting, over] = [[], [paused], [ended]].map((facts) => {
      return [registered(), ...facts].reduce(webhooks.evolve, webhooks.initialState)['webhook'];
    });
    const last = '2026-03-31T09:00:00.000Z';
    const tooLate = '2026-03-31T09:00:00.001Z';
    expect(active && wants(active, 'order.active', tooLate)).toBe(true);
    expect(active && wants(active, 'order.closed', at)).toBe(false);
    expect(waiting && wants(waiting, 'order.active', last)).toBe(true);
    expect(waiting && wants(waiting, 'order.active', tooLate)).toBe(false);
    expect(over && wants(over, 'order.active', at)).toBe(false);
  });
});
