export type Posting = 'balanced';
