export type { Run } from './domain/run';
