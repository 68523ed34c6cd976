import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet } from 'jose';
import type { Role } from '../access/actor';

export type TokenInput = Readonly<{
  roles?: readonly Role[];
  id?: string;
  partyId?: string;
  /** Seconds since 1970; default an hour before and after the machine's now. */
  notBefore?: number;
  /** `null`: none. */
  expires?: number | null;
  issuer?: string;
  audience?: string;
  /** Further or overriding claims. */
  claims?: Readonly<Record<string, unknown>>;
}>;

/** An issuer of one's own: an Ed25519 key, its public key set and tokens signed with it. */
export class TestIssuer {
  readonly audience = 'carnet';

  private constructor(
    readonly keys: JSONWebKeySet,
    private readonly key: CryptoKey,
    readonly issuer: string,
    private readonly kid: string,
  ) {}

  static async create({ issuer = 'https://issuer.test', kid = 'test' } = {}): Promise<TestIssuer> {
    const { publicKey, privateKey } = await generateKeyPair('EdDSA', { extractable: true });
    const jwk = { ...(await exportJWK(publicKey)), kid, alg: 'EdDSA', use: 'sig' };
    return new TestIssuer({ keys: [jwk] }, privateKey, issuer, kid);
  }

  /** A person of a party of its own, unless they are given. */
  async token(input: TokenInput = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const { roles = ['operator'], id = randomUUID(), partyId = randomUUID(), claims } = input;
    const token = new SignJWT({ party: partyId, roles: [...roles], ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid: this.kid })
      .setSubject(id)
      .setIssuer(input.issuer ?? this.issuer)
      .setAudience(input.audience ?? this.audience)
      .setNotBefore(input.notBefore ?? now - 3_600);
    const { expires = now + 3_600 } = input;
    return await (expires === null ? token : token.setExpirationTime(expires)).sign(this.key);
  }

  /** As a request carries it. */
  async bearer(input: TokenInput = {}): Promise<{ authorization: string }> {
    return { authorization: `Bearer ${await this.token(input)}` };
  }
}
