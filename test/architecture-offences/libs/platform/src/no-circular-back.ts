import { turn } from './no-circular';

export const back = () => turn;
