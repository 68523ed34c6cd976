import { userInfo } from 'node:os';

export const nobody = userInfo;
