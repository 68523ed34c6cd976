export type { Command, Decider, Event } from './decider';
export { DomainError, type RefusalDetails } from './domain-error';
