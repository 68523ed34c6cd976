export { nobody } from './kernel-stands-alone';
