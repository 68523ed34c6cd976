import { join } from 'node:path';

/** The file of the read models: the projector of a host writes it, the others on it read. */
export function readModelPath(dataDir: string): string {
  return join(dataDir, 'read-models.sqlite');
}
