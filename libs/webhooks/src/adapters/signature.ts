import { createHmac } from 'node:crypto';

export type SignedHeaders = Readonly<{
  'webhook-id': string;
  'webhook-timestamp': string;
  'webhook-signature': string;
}>;

/**
 * The headers of Standard Webhooks 1.0 (https://www.standardwebhooks.com): HMAC-SHA256 over id,
 * seconds since 1970 and the body's bytes, one signature for each secret.
 */
export function signedHeaders(message: {
  id: string;
  at: Date;
  body: string;
  secrets: readonly Uint8Array[];
}): SignedHeaders {
  const { id, at, body, secrets } = message;
  const timestamp = String(Math.floor(at.getTime() / 1_000));
  const signed = `${id}.${timestamp}.${body}`;
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
