export type { Book } from './domain/book';
