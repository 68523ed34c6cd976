import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { RouteConfig } from '@nestjs/platform-fastify';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  HookHandlerDoneFunction,
  RouteOptions,
} from 'fastify';
import type { Ids } from '../ids/ids';
import { BodyWatch } from './body-watch';
import { AdapterInStep } from './in-step';
import { Changed } from './positions';
import { Problem, problemBody, sendProblem } from './problem';
import { problemOf } from './problem-filter';
import { readBody } from './request-body';
import { parseStrictJson } from './strict-json';

const MIB = 1024 * 1024;

export type HttpLimits = Readonly<{
  bodyBytesMax: number;
  fileBytesMax: number;
  headerBytesMax: number;
  /** Requests that are answered at a time. */
  inFlightMax: number;
  /** A JSON body must have arrived by then. */
  bodyDeadlineMs: number;
  /** So must a file, which people send from slow lines. */
  fileDeadlineMs: number;
}>;

/** api.md, Limits. */
export const HTTP_LIMITS: HttpLimits = {
  bodyBytesMax: MIB,
  fileBytesMax: 50 * MIB,
  headerBytesMax: 16 * 1024,
  inFlightMax: 1_000,
  bodyDeadlineMs: 15_000,
  fileDeadlineMs: 120_000,
};

/** A route that takes a file: `@Body() bytes: Buffer`, of one of these media types and no other. */
export const FileBody = (...types: readonly [string, ...string[]]): MethodDecorator =>
  RouteConfig({ fileTypes: types });

declare module 'fastify' {
  interface FastifyContextConfig {
    fileTypes?: readonly string[];
  }
  interface FastifyRequest {
    /** Of its route, from when its media type is looked at. */
    fileTypes: readonly string[] | undefined;
  }
}

/** Fastify with the limits of api.md and one parser: strict JSON, or the bytes of a file. */
export function fastifyAdapter(options: {
  ids: Ids;
  limits?: Partial<HttpLimits>;
  /** Whose `X-Forwarded-For` is believed: addresses and networks. */
  trustedProxies?: readonly string[];
}): AdapterInStep {
  const { trustedProxies = [] } = options;
  const limits = { ...HTTP_LIMITS, ...options.limits };
  const { headerBytesMax, bodyDeadlineMs, fileDeadlineMs } = limits;
  const adapter = new AdapterInStep({
    bodyLimit: limits.bodyBytesMax,
    genReqId: () => options.ids.next(),
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 && [...trustedProxies],
    // While closing, what still comes over an open connection is answered and told to go elsewhere.
    return503OnClosing: false,
    // Behind our own deadline, for what stalls before there is a body.
    requestTimeout: Math.max(fileDeadlineMs, bodyDeadlineMs) + 5_000,
    http: {
      maxHeaderSize: headerBytesMax,
      headersTimeout: bodyDeadlineMs,
      connectionsCheckingInterval: 1_000,
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(error, socket, options.ids),
    // What the router refuses reaches no hook and no filter.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, problemOf(error), request.id),
    routerOptions: { maxParamLength: 128 },
  });
  const fastify = adapter.getInstance<FastifyInstance>();
  const bodies = new BodyWatch({
    shortestDeadlineMs: Math.min(bodyDeadlineMs, fileDeadlineMs),
    onLate: ({ socket }) => answerRaw(socket, TOO_SLOW, options.ids),
  });
  fastify.removeAllContentTypeParsers();
  fastify.decorateRequest('fileTypes', undefined);
  // JSON by its name too: what only the rest is for is searched anew with every request.
  fastify.addContentTypeParser(['application/json', '*'], (request, payload, done) => {
    const { raw, fileTypes } = request;
    const bytesMax = fileTypes === undefined ? limits.bodyBytesMax : limits.fileBytesMax;
    readBody({ raw, payload }, bytesMax, (refusal, bytes) => {
      bodies.arrived(request);
      if (refusal !== null) done(refusal);
      else parseBody(fileTypes, bytes, done);
    });
  });
  fastify.addHook('onRoute', (route) => allowFiles(route, limits));
  fastify.addHook('onRequest', setHeaders);
  fastify.addHook('onRequest', (request, _reply, done) => done(hostRefusal(request)));
  fastify.addHook('preParsing', (request, reply, payload, done) => {
    const { fileTypes } = request.routeOptions.config;
    request.fileTypes = fileTypes;
    const refusal = mediaTypeRefusal(request, fileTypes);
    const deadlineMs = fileTypes === undefined ? bodyDeadlineMs : fileDeadlineMs;
    if (refusal === undefined) bodies.await(request, reply, deadlineMs);
    done(refusal, payload);
  });
  fastify.addHook('preSerialization', unwrapChanged);
  fastify.addHook('onResponse', ({ raw }, _reply, done) => {
    // Of a request that came by no socket it is undefined.
    if (raw.complete === false) hangUpOnRest(raw, bodyDeadlineMs);
    done();
  });
  return adapter;
}

function allowFiles(route: RouteOptions, { fileBytesMax }: HttpLimits): void {
  if (route.config?.fileTypes) route.bodyLimit = fileBytesMax;
}

/** Data is not rendered; the one page there is, Swagger UI, brings its own scripts and styles. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";
const PAGE_POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Answers are for the one who asked, now: nothing keeps, sniffs, frames or embeds them. */
function setHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  done: HookHandlerDoneFunction,
): void {
  const policy = request.url.startsWith('/docs') ? PAGE_POLICY : DATA_POLICY;
  // In lower case, as Fastify keeps them: it would make each name anew. One by one, as it takes them.
  void reply
    .header('cache-control', 'no-store')
    .header('content-security-policy', policy)
    .header('cross-origin-resource-policy', 'same-origin')
    .header('referrer-policy', 'no-referrer')
    // Browsers heed it over TLS alone, which ends before us.
    .header('strict-transport-security', 'max-age=31536000')
    .header('x-request-id', request.id)
    .header('x-content-type-options', 'nosniff');
  done();
}

/** RFC 9112 § 3.2: one host, well-formed. Node asks for one and keeps the first of two in silence. */
function hostRefusal({ raw: { headers, rawHeaders } }: FastifyRequest): Problem | undefined {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1 || !/^[\w.:[\]-]*$/.test(headers.host ?? '') ? MALFORMED : undefined;
}

function mediaTypeRefusal(
  { headers }: FastifyRequest,
  fileTypes: readonly string[] | undefined,
): Problem | undefined {
  const { 'content-type': contentType, 'content-encoding': encoding } = headers;
  const hasBody =
    headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
  if (encoding !== undefined && encoding !== 'identity') {
    return mediaType('Bodies are sent uncompressed: Content-Encoding is not taken.');
  }
  if (contentType === undefined) {
    return hasBody ? mediaType('Say with Content-Type what the body is.') : undefined;
  }
  if (contentType === 'application/json' && fileTypes === undefined) return undefined;
  const types = fileTypes ?? JSON_ONLY;
  const [type = '', ...parameters] = contentType.toLowerCase().split(';');
  if (!types.includes(type.trim())) return mediaType(`This route takes ${types.join(' or ')}.`);
  const charset = parameters.find((parameter) => parameter.trim().startsWith('charset='));
  if (fileTypes !== undefined || charset === undefined) return undefined;
  return /^\s*charset="?utf-8"?\s*$/.test(charset) ? undefined : mediaType('JSON is UTF-8.');
}

const JSON_ONLY: readonly string[] = ['application/json'];

const mediaType = (detail: string): Problem =>
  new Problem({ status: 415, code: 'media_type', detail });

function parseBody(
  fileTypes: readonly string[] | undefined,
  bytes: Buffer,
  done: (error: Error | null, body?: unknown) => void,
): void {
  if (fileTypes !== undefined) return done(null, bytes);
  let body: unknown;
  try {
    body = parseStrictJson(bytes);
  } catch (error) {
    return done(error as Problem);
  }
  done(null, body);
}

/** Answers 408 and hangs up on a body that has not arrived in time, however it trickles. */
const TOO_SLOW = new Problem({
  status: 408,
  code: 'request_timeout',
  detail: 'The request did not arrive in time.',
});

/**
 * Who was answered before the body was read may be still sending it: Node throws that away, so that they
 * come to read their answer, and who has not stopped by then is hung up on.
 */
function hangUpOnRest(raw: IncomingMessage, afterMs: number): void {
  setTimeout(() => {
    if (!raw.complete) raw.socket.destroy();
  }, afterMs).unref();
}

/** What Node's parser refuses never becomes a request; it is answered on the socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket, ids: Ids): void {
  // A client that hung up cannot be answered.
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  answerRaw(socket, BROKEN[error.code ?? ''] ?? MALFORMED, ids);
}

const MALFORMED = new Problem({
  status: 400,
  code: 'http_malformed',
  detail: 'This is not a valid HTTP request.',
});

const BROKEN: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: TOO_SLOW,
  HPE_HEADER_OVERFLOW: new Problem({
    status: 431,
    code: 'headers_too_large',
    detail: 'The headers are larger than this server takes.',
  }),
};

function answerRaw(socket: IncomingMessage['socket'], problem: Problem, ids: Ids): void {
  if (!socket.writable) return;
  const body = JSON.stringify(problemBody(problem, ids.next()));
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.code}`,
    'Content-Type: application/problem+json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n${body}`);
  socket.destroySoon();
}

function unwrapChanged(
  _: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  if (!(payload instanceof Changed)) return done(null, payload);
  const changed: Changed<unknown> = payload;
  if (changed.position !== undefined) {
    void reply.header('event-position', changed.position.toString());
  }
  done(null, changed.body);
}
