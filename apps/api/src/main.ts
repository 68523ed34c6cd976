import 'reflect-metadata';
import { createHttpApp, createLogger, startProgram, stopOnSignals } from '@app/platform';
import { readApiConfig } from './api.config';
import { AppModule, connectGround } from './app.module';

void startProgram('api', async () => {
  const config = readApiConfig();
  const logger = createLogger({ program: 'api', level: config.logLevel });
  const module = AppModule.with(config, logger, connectGround(config));
  const app = await createHttpApp({
    ...{ module, logger, openApiTitle: 'Carnet' },
    trustedProxies: config.trustedProxies,
  });
  stopOnSignals(app, logger);
  await app.listen(config.apiPort, config.apiHost);
  logger.info({ url: await app.getUrl() }, 'listening');
});
