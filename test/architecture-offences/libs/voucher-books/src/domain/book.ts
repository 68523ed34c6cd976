export type Book = 'distributed';
