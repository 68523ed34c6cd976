import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { requestOf } from '../http/request-of';
import { TOKEN_REQUIRED } from './admission';
import { Rights } from './rights';

/** The second door: what `admitByRights` did not put an actor on is for nobody, but where all may come. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly rights: Rights) {}

  canActivate(context: ExecutionContext): true {
    if (requestOf(context).actor !== undefined) return true;
    if (this.rights.of(context.getHandler()).nobody) return true;
    throw TOKEN_REQUIRED;
  }
}
