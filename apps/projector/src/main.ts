import {
  AnotherProjector,
  ConfigError,
  connectConfiguredStore,
  copyReadModel,
  createLogger,
  LogIsAnother,
  Metrics,
  ProjectionAheadOfLog,
  ProjectionChanged,
  Projector,
  ProjectorMetrics,
  readConfig,
  Readiness,
  ReadModel,
  ReadModelDamaged,
  readModelPath,
  RebuildThreads,
  requestRebuild,
  serveOperations,
  startProgram,
  stopProgramOnSignals,
  storeCheck,
  untilStoreAnswers,
  verifyReadModel,
} from '@app/platform';
import { PROJECTIONS, REBUILT_TOGETHER } from '@app/read-models';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const USAGE = 'takes --rebuild, --verify, --snapshot FILE, or nothing';

const STORE_FIELDS = ['eventStoreUrl', 'appendWriter', 'appendDeadlineMs'] as const;

/** What an operator can put right. */
const KNOWN = [
  AnotherProjector,
  LogIsAnother,
  ProjectionAheadOfLog,
  ProjectionChanged,
  ReadModelDamaged,
];

type Wish = Readonly<{ rebuild: boolean; verify: boolean; snapshot: string | undefined }>;

function readWish(): Wish {
  try {
    const flag = { type: 'boolean', default: false } as const;
    const options = { rebuild: flag, verify: flag, snapshot: { type: 'string' } } as const;
    const { rebuild, verify, snapshot } = parseArgs({ options }).values;
    return { rebuild, verify, snapshot };
  } catch {
    throw new ConfigError(USAGE);
  }
}

/** A projector that runs on this file ends by itself, since its place in it is gone. */
function rebuild(path: string): void {
  const { kept, aside } = requestRebuild(path);
  const where = kept ? 'beside what readers see' : `anew; the damaged file is ${aside}`;
  process.stdout.write(`the next start of the projector makes every view again, ${where}\n`);
}

function snapshot(path: string, to: string): void {
  if (!existsSync(path)) throw new ConfigError(`there are no views at ${path} yet`);
  if (existsSync(to)) throw new ConfigError(`${to} exists already`);
  copyReadModel(path, to);
}

/** A line per view; exit code 1 when the rows of one are not the fold of the log. */
async function verify(path: string): Promise<void> {
  const store = connectConfiguredStore(readConfig(STORE_FIELDS));
  const verdicts = await verifyReadModel(store, path, PROJECTIONS);
  for (const { view, position, isFold } of verdicts) {
    process.stdout.write(`${JSON.stringify({ view, position: position?.toString(), isFold })}\n`);
  }
  await store.close();
  process.exitCode = verdicts.every(({ isFold }) => isFold) ? 0 : 1;
}

async function runForEver(path: string): Promise<void> {
  const config = readConfig([...STORE_FIELDS, 'logLevel', 'projectorPort']);
  const logger = createLogger({ program: 'projector', level: config.logLevel });
  const store = connectConfiguredStore(config);
  const readModel = openReadModel(path);
  const projector = new Projector({
    store,
    readModel,
    builders: new RebuildThreads({
      readModelPath: path,
      main: join(__dirname, 'rebuild-thread.js'),
      groups: REBUILT_TOGETHER,
    }),
    onNotice: ({ message, view, error }) => {
      if (error === undefined) logger.info({ view }, message);
      else logger.error({ view, err: error }, message);
    },
  });
  const readiness = new Readiness(logger);
  const metrics = new Metrics();
  new ProjectorMetrics(projector, metrics.registry);
  readiness.register(storeCheck(store));
  readiness.register({
    name: 'views',
    deadlineMs: 1_000,
    check: () => {
      if (!projector.ready) throw new Error('views are missing, stopped or behind');
    },
  });
  const port = config.projectorPort;
  const operations = await serveOperations({ port, readiness, metrics });
  logger.info({ url: operations.url, views: PROJECTIONS.length }, 'listening');
  stopProgramOnSignals({
    readiness,
    logger,
    stop: async () => {
      await projector.stop();
      readModel.close();
      await Promise.all([store.close(), operations.close()]);
    },
  });
  await untilStoreAnswers(store, logger);
  try {
    const { ended } = await projector.start();
    await ended;
  } catch (error) {
    throw inOneLine(error);
  }
}

/** The views of this host, in the file of this host. */
function openReadModel(path: string): ReadModel {
  try {
    return new ReadModel(path, PROJECTIONS);
  } catch (error) {
    throw inOneLine(error);
  }
}

/** Told in one line, without a stack. */
function inOneLine(error: unknown): unknown {
  const isKnown = KNOWN.some((known) => error instanceof known);
  return isKnown ? new ConfigError((error as Error).message) : error;
}

void startProgram('projector', async () => {
  const wish = readWish();
  const { dataDir } = readConfig(['dataDir']);
  const path = readModelPath(dataDir);
  mkdirSync(dataDir, { recursive: true });
  if (wish.rebuild) return rebuild(path);
  if (wish.snapshot !== undefined) return snapshot(path, wish.snapshot);
  if (wish.verify) return await verify(path);
  await runForEver(path);
});
