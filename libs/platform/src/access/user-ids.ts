import type { Uuid } from '@app/kernel';
import { uuidV5 } from '../ids/uuid';

/** Of Carnet's users: whoever an issuer knows by one subject is one user, for ever. */
const USERS = '5b0d6c1e-93f4-5a27-8c3d-7e1f2a4b6c8d';

/**
 * A user's id, the same wherever it is asked for: no table leads from it to the person, and neither
 * the issuer's name of them nor any other is kept.
 */
export const userIdOf = (issuer: string, subject: string): Uuid =>
  uuidV5(USERS, JSON.stringify([issuer, subject]));
