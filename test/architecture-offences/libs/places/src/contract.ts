export type { Label } from './contracts-are-plain';
