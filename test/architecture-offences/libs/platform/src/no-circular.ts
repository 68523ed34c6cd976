import { back } from './no-circular-back';

export const turn = () => back;
