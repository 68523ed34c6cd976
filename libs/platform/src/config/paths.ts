import { join, resolve } from 'node:path';

/** The file of the read models: the projector of a host writes it, the others on it read. */
export function readModelPath(dataDir: string): string {
  return join(dataDir, 'read-models.sqlite');
}

/** The key ring's file: CARNET_KEY_RING_FILE as it is, or within DATA_DIR. */
export function keyRingPath(config: Readonly<{ dataDir: string; keyRingFile: string }>): string {
  return resolve(config.dataDir, config.keyRingFile);
}

/** The audit trail's own files: refusals, and the roots of days. All programs of a host see it. */
export function auditPath(config: Readonly<{ dataDir: string }>): string {
  return join(config.dataDir, 'audit');
}

/** The file of the key that signs roots: CARNET_AUDIT_KEY_FILE as it is, or within DATA_DIR. */
export function auditKeyPath(config: Readonly<{ dataDir: string; auditKeyFile: string }>): string {
  return resolve(config.dataDir, config.auditKeyFile);
}
