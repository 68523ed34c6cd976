import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { Module, type DynamicModule, type Provider, type Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { pino } from 'pino';
import supertest from 'supertest';
import type { RightsTable } from '../access/rights';
import type { Callers } from '../access/callers';
import { Tokens } from '../access/tokens';
import { Clock, SystemClock } from '../clock/clock';
import type { HttpLimits } from '../http/fastify';
import { createHttpApp } from '../http/http-app';
import { HttpModule } from '../http/http.module';
import type { RequestLimits } from '../http/request-gate';
import type { ViewProgress } from '../read-store/view-progress';
import type { RefusalReasons, RefusalStatuses } from '../http/refusals';
import { TestIssuer } from './test-tokens';

export type HttpTestAppInput = Readonly<{
  /** Of the routes it is given; those every program has are told here. */
  rights?: RightsTable;
  controllers?: readonly Type[];
  providers?: readonly Provider[];
  imports?: readonly (Type | DynamicModule)[];
  refusalStatuses?: RefusalStatuses;
  refusalReasons?: RefusalReasons;
  limits?: Partial<HttpLimits>;
  requestLimits?: RequestLimits;
  trustedProxies?: readonly string[];
  clock?: Clock;
  viewProgress?: ViewProgress;
  /** Who is behind a bearer, where it is not the tokens alone that say. */
  callers?: (tokens: Tokens) => Callers;
}>;

/** A real server on a free port of loopback, with everything a program has around its controllers. */
export class HttpTestApp {
  private constructor(
    readonly app: NestFastifyApplication,
    readonly issuer: TestIssuer,
    /** Every line logged so far. */
    readonly log: readonly string[],
  ) {}

  static async start(input: HttpTestAppInput): Promise<HttpTestApp> {
    const issuer = await TestIssuer.create();
    const lines: string[] = [];
    const logger = pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) });
    const clock = input.clock ?? new SystemClock();
    const { keys, issuer: iss, audience } = issuer;
    const tokens = new Tokens({ keys, issuer: iss, audience, clock });
    const http = HttpModule.with({
      logger,
      callers: input.callers?.(tokens) ?? tokens,
      rights: { ...OF_EVERY_PROGRAM, ...input.rights },
      cursorKey: Buffer.alloc(32, 'cursor'),
      clock,
      refusalStatuses: input.refusalStatuses ?? {},
      refusalReasons: input.refusalReasons ?? {},
      ...(input.viewProgress && { viewProgress: input.viewProgress }),
      ...(input.requestLimits && { requestLimits: input.requestLimits }),
    });
    const module = {
      module: TestModule,
      imports: [http, ...(input.imports ?? [])],
      controllers: [...(input.controllers ?? [])],
      providers: [...(input.providers ?? [])],
    };
    const { limits = {}, trustedProxies = [] } = input;
    const around = { limits, trustedProxies, openApiTitle: 'Test' };
    const app = await createHttpApp({ module, logger, ...around });
    await app.listen(0, '127.0.0.1');
    return new HttpTestApp(app, issuer, lines);
  }

  /** `await http.request.post('/x').send({…})`. */
  get request(): ReturnType<typeof supertest> {
    return supertest(this.app.getHttpServer());
  }

  get port(): number {
    return (this.app.getHttpServer().address() as AddressInfo).port;
  }

  /** Writes these bytes to a socket and answers all that comes back until it is closed. */
  async raw(...chunks: readonly (string | Buffer)[]): Promise<string> {
    const socket = connect(this.port, '127.0.0.1');
    const received: Buffer[] = [];
    socket.on('data', (bytes) => received.push(bytes)).on('error', () => undefined);
    for (const chunk of chunks) socket.write(chunk);
    await once(socket, 'close');
    return Buffer.concat(received).toString();
  }

  async close(): Promise<void> {
    await this.app.close();
  }
}

const OF_EVERY_PROGRAM: RightsTable = {
  'GET /health/live': { nobody: true },
  'GET /health/ready': { nobody: true },
  'GET /metrics': { all: ['operator', 'system', 'auditor'] },
};

@Module({})
class TestModule {}
