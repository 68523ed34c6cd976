export type { Posting } from './domain/posting';
