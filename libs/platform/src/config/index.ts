/**
 * The configuration alone: for a program that runs others and should not load what they need.
 */
export { ConfigError, readConfig, type Config } from './config';
export { keyRingPath } from './paths';
