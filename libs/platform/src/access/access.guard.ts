import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { TOKEN_REQUIRED } from './admission';
import { Rights } from './rights';

/** The second door: what `admitByRights` did not put an actor on is for nobody, but where all may come. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(private readonly rights: Rights) {}

  canActivate(context: ExecutionContext): true {
    if (context.switchToHttp().getRequest<FastifyRequest>().actor !== undefined) return true;
    if (this.rights.of(context.getHandler()).nobody) return true;
    throw TOKEN_REQUIRED;
  }
}
