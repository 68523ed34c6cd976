import { pino, type DestinationStream } from 'pino';

/** Lines that wait for whoever reads them; what comes beyond is lost, and how many is told. */
const WAITING_BYTES_MAX = 4 * 1024 * 1024;
const RETRY_EVERY_MS = 1_000;
/** Whoever took nothing for so long gets nothing more when the program ends. */
const STUCK_AFTER_MS = 1_000;

/**
 * Writes lines to a file descriptor, and never holds the program up: a reader that stopped reading, a full
 * disk or a closed pipe cost lines, and nothing else.
 */
export function logSink(fd: number): DestinationStream {
  const stream = pino.destination({
    ...{ fd, sync: false, maxLength: WAITING_BYTES_MAX },
    // What failed is tried again when it flushes, also when nothing new is taken any more.
    ...{ minLength: 1, periodicFlush: RETRY_EVERY_MS },
  });
  let [lost, waitingBytes, movedAtMs] = [0, 0, performance.now()];
  stream.on('drop', () => void (lost += 1));
  stream.on('write', (bytes: number) => {
    waitingBytes -= bytes;
    movedAtMs = performance.now();
  });
  // Without a listener an error of the disk would end the program.
  stream.on('error', () => undefined);
  stream.on('drain', () => {
    waitingBytes = 0;
    if (lost === 0) return;
    const line = {
      level: 'warn',
      time: new Date().toISOString(),
      lost,
      msg: 'log lines were lost',
    };
    lost = 0;
    stream.write(`${JSON.stringify(line)}\n`);
  });
  const flush = stream.flushSync.bind(stream);
  // Called at the end, when nothing else can be done but wait: not for who is not there.
  stream.flushSync = () => {
    const isStuck = waitingBytes > 0 && performance.now() - movedAtMs > STUCK_AFTER_MS;
    if (!isStuck) flush();
  };
  return {
    write: (line) => {
      if (waitingBytes === 0) movedAtMs = performance.now();
      waitingBytes += Buffer.byteLength(line);
      stream.write(line);
    },
  };
}
