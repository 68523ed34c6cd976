export type Run = 'opened';
