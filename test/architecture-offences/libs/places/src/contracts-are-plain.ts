export type Label = 'granted';
