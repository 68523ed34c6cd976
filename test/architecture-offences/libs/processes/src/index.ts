export { useCase } from './processes-use-front-doors';
