import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Role } from '@app/platform';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';

const ISSUER = 'http://demo.invalid';
const AUDIENCE = 'carnet';

export type DemoIssuer = Readonly<{
  /** What the api must be told to trust it. */
  env: NodeJS.ProcessEnv;
  /** A bearer token of this person, good until then. */
  sign: (person: DemoPerson, expiresAt: Date) => Promise<string>;
}>;

export type DemoPerson = Readonly<{
  /** Who it is, a pseudonym: four eyes are two of these. */
  id: string;
  roles: readonly Role[];
  /** The funder, prescriber, organisation or operator it acts for. */
  partyId: string;
}>;

/** An issuer of tokens that lives as long as the demo: its private key is never written down. */
export async function createDemoIssuer(folder: string): Promise<DemoIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('Ed25519');
  const keysFile = join(folder, 'token-keys.json');
  const key = { ...(await exportJWK(publicKey)), alg: 'Ed25519', use: 'sig' };
  writeFileSync(keysFile, JSON.stringify({ keys: [key] }));
  return {
    env: {
      CARNET_TOKEN_ISSUER: ISSUER,
      CARNET_TOKEN_AUDIENCE: AUDIENCE,
      CARNET_TOKEN_KEYS_FILE: keysFile,
      CARNET_TOKEN_KEYS_URL: '',
      // The example account of the French banks' documentation: fictitious, and nobody's.
      CARNET_RING_FENCED_IBAN: 'FR7630006000011234567890189',
      CARNET_RING_FENCED_HOLDER: 'Carnet; 1 rue du Pont; 75001; Paris; FR',
      CARNET_OPERATOR_SIRET: '73282932000074',
      // RFC 2606: it never leads anywhere, as a demo's vouchers must not.
      CARNET_PUBLIC_HOST: 'demo.invalid',
      CARNET_CURSOR_KEY: randomBytes(32).toString('base64url'),
    },
    sign: ({ id, roles, partyId }, expiresAt) =>
      new SignJWT({ party: partyId, roles: [...roles] })
        .setProtectedHeader({ alg: 'Ed25519' })
        .setSubject(id)
        .setIssuer(ISSUER)
        .setAudience(AUDIENCE)
        .setExpirationTime(expiresAt)
        .sign(privateKey),
  };
}
