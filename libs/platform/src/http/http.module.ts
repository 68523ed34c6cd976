import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import type { Logger } from 'pino';
import { AccessGuard } from '../access/access.guard';
import { Rights, type RightsTable } from '../access/rights';
import { Callers } from '../access/callers';
import { Clock, SystemClock } from '../clock/clock';
import { HealthController } from '../health/health.controller';
import { Readiness } from '../health/readiness';
import { Ids, SystemIds } from '../ids/ids';
import { Randomness, SystemRandomness } from '../ids/randomness';
import { ViewProgress } from '../read-store/view-progress';
import { loggerModule } from '../logging/logger';
import { Metrics, MetricsController } from '../metrics/metrics';
import { Cursors } from './cursors';
import { InFlight } from './in-flight';
import { InputPipe } from './input.pipe';
import { PagePipe } from './listing';
import { AtLeastGuard } from './positions';
import { ProblemFilter } from './problem-filter';
import { Refusals, type RefusalReasons, type RefusalStatuses } from './refusals';
import { IdempotencyGuard } from './request-context';
import { RequestGate, type RequestLimits } from './request-gate';
import { UnreadInputGuard } from './unread-input.guard';

export type HttpModuleOptions = Readonly<{
  logger: Logger;
  callers: Callers;
  /** Who may call which route; each has an entry, or the program does not start. */
  rights: RightsTable;
  /** Only a program with lists needs one. */
  cursorKey?: Buffer;
  /** Statuses of the refusals that are not 409. */
  refusalStatuses?: RefusalStatuses;
  /** What each code of a refusal means, for people. */
  refusalReasons?: RefusalReasons;
  /** Needed by routes with `@Reads`. */
  viewProgress?: ViewProgress;
  /** Absent: as many requests as anybody likes. */
  requestLimits?: RequestLimits;
  clock?: Clock;
  randomness?: Randomness;
}>;

/** What is the same behind every way in over HTTP; its providers are there for all modules. */
@Module({})
export class HttpModule {
  static with(options: HttpModuleOptions): DynamicModule {
    const { logger, callers, cursorKey, viewProgress } = options;
    const refusals = new Refusals(options.refusalStatuses, options.refusalReasons);
    const clock = options.clock ?? new SystemClock();
    const randomness = options.randomness ?? new SystemRandomness();
    const metrics = new Metrics();
    const ports = [
      { provide: Clock, useValue: clock },
      { provide: Randomness, useValue: randomness },
      { provide: Ids, useValue: new SystemIds(clock, randomness) },
      { provide: Callers, useValue: callers },
      { provide: Rights, useValue: new Rights(options.rights) },
      { provide: Refusals, useValue: refusals },
      { provide: Readiness, useValue: new Readiness(logger) },
      { provide: Metrics, useValue: metrics },
      { provide: InFlight, useValue: new InFlight() },
      {
        provide: RequestGate,
        useValue: new RequestGate({ callers, limits: options.requestLimits, metrics }),
      },
      ...(viewProgress ? [{ provide: ViewProgress, useValue: viewProgress }] : []),
      ...(cursorKey ? [{ provide: Cursors, useValue: new Cursors(cursorKey) }, PagePipe] : []),
    ];
    return {
      module: HttpModule,
      global: true,
      imports: [loggerModule(logger)],
      controllers: [HealthController, MetricsController],
      providers: [
        ...ports,
        // In this order: who asks, is all of it read, is it one wish, has the view got there.
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_GUARD, useClass: UnreadInputGuard },
        { provide: APP_GUARD, useClass: IdempotencyGuard },
        { provide: APP_GUARD, useClass: AtLeastGuard },
        { provide: APP_PIPE, useClass: InputPipe },
        { provide: APP_FILTER, useValue: new ProblemFilter(refusals, logger) },
      ],
      exports: ports,
    };
  }
}
