import { Module, type DynamicModule } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import {
  ConfigError,
  connectEventStore,
  EventStore,
  HttpModule,
  readModelPath,
  ReadStore,
  readTokenKeys,
  RedisCheck,
  SystemClock,
  Tokens,
  ViewProgress,
  type Logger,
} from '@app/platform';
import type { ApiConfig } from './api.config';
import { Connections } from './connections';

/** The api: HTTP in front of commands and queries. */
@Module({})
export class AppModule {
  static with(config: ApiConfig, logger: Logger): DynamicModule {
    const clock = new SystemClock();
    const readStore = new ReadStore(readModelPath(config.dataDir));
    const tokens = new Tokens({
      keys: readTokenKeys(config.tokenKeysFile),
      issuer: config.tokenIssuer,
      audience: config.tokenAudience,
      clock,
    });
    const http = HttpModule.with({
      logger,
      tokens,
      clock,
      cursorKey: config.cursorKey,
      viewProgress: new ViewProgress(readStore),
    });
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot(), http],
      providers: [
        { provide: EventStore, useValue: connectStore(config) },
        { provide: ReadStore, useValue: readStore },
        { provide: RedisCheck, useValue: new RedisCheck(config.redisUrl) },
        Connections,
      ],
    };
  }
}

function connectStore({ eventStoreUrl, appendWriter, appendDeadlineMs }: ApiConfig): EventStore {
  try {
    return connectEventStore({ connectionString: eventStoreUrl, appendWriter, appendDeadlineMs });
  } catch {
    // What it could not read may hold a password.
    throw new ConfigError('EVENTSTORE_URL is malformed: it must be like esdb://host:2113?tls=true');
  }
}
