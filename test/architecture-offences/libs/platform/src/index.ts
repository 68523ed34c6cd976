export { turn } from './no-circular';
