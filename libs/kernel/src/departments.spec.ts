import { departmentOfCommune, departmentOfPostcode } from './departments';

describe('the département', () => {
  it.each([
    ['58194', '58'],
    ['01004', '01'],
    ['2A004', '2A'],
    ['2B033', '2B'],
    ['97105', '971'],
    ['98735', '987'],
  ])('of commune %s is %s', (commune, department) =>
    expect(departmentOfCommune(commune)).toBe(department),
  );

  it.each([
    ['58000', '58'],
    ['20090', '2A'],
    ['20190', '2A'],
    ['20200', '2B'],
    ['20600', '2B'],
    ['97110', '971'],
  ])('of postcode %s is %s', (postcode, department) =>
    expect(departmentOfPostcode(postcode)).toBe(department),
  );
});
