import type { Role } from '@app/platform';
import type { RIGHTS } from '../../apps/api/src/access/rights';
import type { Common, Side } from './access-world';

export type Route = keyof typeof RIGHTS;
export type Objects = Side & Common;

/** A request's address behind its method, with a body or the bytes of a file. */
export type Sent = Readonly<{
  path: string;
  body?: object;
  file?: Readonly<{ type: string; bytes: string }>;
  /** Default: whatever there is. */
  accept?: string;
}>;

/**
 * A request that names something of `x`, whatever else it names being `own`:
 * - an `object` of a funder, a prescriber, an organisation;
 * - an object of the `scheme`, which is nobody's in particular, as is a voucher: it is its bearer's;
 * - a `part` of an own object, or beside it: of something foreign it is missing, whoever asks;
 * - a `filter` of a list: what is not there, or not there for who asks, is not in it;
 * - `nothing`.
 */
export type Ask = Readonly<{
  names: 'object' | 'scheme' | 'part' | 'filter' | 'nothing';
  sent: (x: Objects, own: Objects) => Sent;
  /** To whom it is nobody's, though their own is narrowed in it. */
  nobodysFor?: Role;
  /** To other roles, whose party is another, it is as one that is not there: they have their own. */
  ownedAs?: Role;
  /** Once somebody did it, there is nothing left to do it to. */
  once?: true;
}>;

type Sends = (x: Objects, own: Objects) => Sent | string;

export const asking =
  (names: Ask['names']) =>
  (sends: Sends): Ask => ({
    names,
    sent: (x, own) => {
      const sent = sends(x, own);
      return typeof sent === 'string' ? { path: sent } : sent;
    },
  });
export const object = asking('object');
export const scheme = asking('scheme');
export const part = asking('part');
export const filter = asking('filter');
export const nothing = (path: string, body?: object): Ask =>
  asking('nothing')(() => ({ path, ...(body && { body }) }));

export const upload = (path: string, type: string, bytes: string): Ask =>
  asking('nothing')(() => ({ path, file: { type, bytes } }));

/** A POST without a body of its own sends an empty object. */
export const post = (path: string, body: object = {}): Sent => ({ path, body });
