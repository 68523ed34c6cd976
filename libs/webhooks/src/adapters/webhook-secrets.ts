import { hkdfSync } from 'node:crypto';
import type { SealKeys } from '@app/platform';
import type { WebhookSecret } from '../contract';

const SECRET_BYTES = 32;

/**
 * The secrets that messages are signed with. None is kept: each is derived from a master key of the
 * key ring, so that a repeat of the request that made it answers the same, and whoever has the log or
 * the views has no secret. Whoever has the key ring has them all, as he has every voucher's code.
 */
export class WebhookSecrets {
  constructor(private readonly keys: SealKeys) {}

  /** New secrets are derived under it. */
  get currentKeyId(): string {
    return this.keys.currentKeyId;
  }

  /** 32 bytes. */
  derive(webhookId: string, { keyId, number }: WebhookSecret): Buffer {
    const purpose = `carnet/webhook-secret/v1/${number}`;
    const key = this.keys.masterKeyOf(keyId);
    return Buffer.from(hkdfSync('sha256', key, webhookId, purpose, SECRET_BYTES));
  }

  /** As receivers are shown it, and as Standard Webhooks' libraries take it. */
  show(webhookId: string, secret: WebhookSecret): string {
    return `whsec_${this.derive(webhookId, secret).toString('base64')}`;
  }
}
