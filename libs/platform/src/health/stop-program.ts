import type { Logger } from 'pino';
import type { Readiness } from './readiness';

/** What is under way gets this long to end. */
const STOP_DEADLINE_MS = 15_000;

/**
 * On SIGTERM or SIGINT: not ready any more, then `stop`, then the end. What has not stopped in 15 s is
 * cut, which loses nothing: whatever was under way is found again at the next start.
 */
export function stopProgramOnSignals(options: {
  readiness: Readiness;
  logger: Logger;
  stop: () => Promise<void>;
}): void {
  const { readiness, logger, stop } = options;
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, 'stopping');
    readiness.stop();
    setTimeout(() => {
      logger.error(`not stopped after ${STOP_DEADLINE_MS} ms: cutting`);
      process.exit(1);
    }, STOP_DEADLINE_MS).unref();
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal).on('SIGINT', onSignal);
}
