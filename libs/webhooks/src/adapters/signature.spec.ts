import { signedHeaders } from './signature';

/** The example that Standard Webhooks and its reference libraries publish. */
const PUBLISHED = {
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  at: new Date(1_614_265_330_000),
  body: '{"test": 2432232314}',
};
const SECRET = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64');
const SIGNATURE = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

describe('the signature of a message', () => {
  it('is that of the published example', () =>
    expect(signedHeaders({ ...PUBLISHED, secrets: [SECRET] })).toEqual({
      'webhook-id': PUBLISHED.id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': SIGNATURE,
    }));

  it('is one for each secret while a former one is still good', () => {
    const headers = signedHeaders({ ...PUBLISHED, secrets: [Buffer.alloc(32, 7), SECRET] });
    const signatures = headers['webhook-signature'].split(' ');
    expect(signatures).toHaveLength(2);
    expect(signatures[1]).toBe(SIGNATURE);
    expect(signatures[0]).not.toBe(SIGNATURE);
  });

  it.each([
    ['body', { body: '{"test":2432232314}' }],
    ['id', { id: 'msg_other' }],
    ['time', { at: new Date(1_614_265_331_000) }],
  ])('is another for another %s', (_, changed) => {
    const headers = signedHeaders({ ...PUBLISHED, ...changed, secrets: [SECRET] });
    expect(headers['webhook-signature']).not.toBe(SIGNATURE);
  });
});
