export type { Deposit } from './domain/deposit';
