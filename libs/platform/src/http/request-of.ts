import type { ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** `switchToHttp` would make three functions, for each guard of each request. */
export const requestOf = (context: ExecutionContext): FastifyRequest => context.getArgByIndex(0);
