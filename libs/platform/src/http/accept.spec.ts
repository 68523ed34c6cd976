import { preferredOf } from './accept';

const answer = (accept?: string) =>
  preferredOf(accept, 'application/json', ['text/csv', 'application/pdf']);

describe('the media type that is wanted', () => {
  it.each([
    [undefined, 'application/json'],
    ['*/*', 'application/json'],
    ['', 'application/json'],
    ['text/html', 'application/json'],
    ['application/pdf', 'application/pdf'],
    ['TEXT/CSV', 'text/csv'],
    ['application/json, text/csv', 'text/csv'],
    ['application/json, text/csv;q=0.9', 'application/json'],
    ['text/csv;q=0.5, application/pdf;q=0.6', 'application/pdf'],
    ['text/csv;q=0', 'application/json'],
    ['application/pdf;q=abc', 'application/json'],
  ])('of %j is %s', (accept, type) => expect(answer(accept)).toBe(type));

  it('is looked for among the first twenty', () => {
    const many = Array.from({ length: 20 }, (_, index) => `a/${index}`).join();
    expect(answer(`${many},application/pdf`)).toBe('application/json');
  });
});
