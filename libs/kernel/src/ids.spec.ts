import fc from 'fast-check';
import { DomainError, isSiret, isUuid, parseSiret, parseUuid } from './index';

const UUID = '018f4e2a-7b3c-7def-8123-456789abcdef';

describe('a UUID', () => {
  it('is read in either case and kept in lower case', () => {
    expect(parseUuid(UUID.toUpperCase())).toBe(UUID);
    expect(isUuid(UUID)).toBe(true);
    expect(isUuid(UUID.toUpperCase())).toBe(false);
  });

  it('of any version is one', () =>
    fc.assert(fc.property(fc.uuid(), (uuid) => isUuid(uuid) && parseUuid(uuid) === uuid)));

  it.each([
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
    UUID.replace('-7def', '-9def'),
    UUID.replace('-8123', '-c123'),
    UUID.replaceAll('-', ''),
    `{${UUID}}`,
    `urn:uuid:${UUID}`,
    `${UUID}\n`,
    ` ${UUID}`,
    UUID.replace('0', '０'),
    UUID.slice(1),
    `${UUID}0`,
    '../../x',
    '',
  ])('is not %p', (text) => {
    expect(isUuid(text)).toBe(false);
    expect(() => parseUuid(text)).toThrow(new DomainError('id_invalid'));
  });

  it.each([{ $gt: '' }, [UUID], null, undefined, 1])('is not %p', (value) =>
    expect(isUuid(value)).toBe(false),
  );
});

describe('a SIRET', () => {
  it.each([
    // INSEE's own, a textbook's, La Poste's head office and one of its post offices.
    '12002701600357',
    '73282932000074',
    '35600000000048',
    '35600000049837',
  ])('may be %s', (siret) => {
    expect(isSiret(siret)).toBe(true);
    expect(parseSiret(siret)).toBe(siret);
  });

  it.each([
    '12002701600358',
    '73282932000075',
    '35600000000049',
    // Passes Luhn's check, which does not count for an establishment of La Poste.
    '35600000000055',
    // Its digits add up to a multiple of 5, which counts for La Poste alone.
    '12002701600362',
    '1200270160035',
    '120027016003570',
    '120 027 016 00357',
    '１2002701600357',
    '',
  ])('is not %p', (text) => {
    expect(isSiret(text)).toBe(false);
    expect(() => parseSiret(text)).toThrow(new DomainError('siret_invalid'));
  });

  it('has no number for a value', () => expect(isSiret(12002701600357)).toBe(false));

  it('is no longer one with any single digit changed', () =>
    fc.assert(
      fc.property(fc.nat(13), fc.integer({ min: 1, max: 9 }), (place, change) => {
        const siret = '73282932000074';
        const digit = (Number(siret[place]) + change) % 10;
        expect(isSiret(`${siret.slice(0, place)}${digit}${siret.slice(place + 1)}`)).toBe(false);
      }),
    ));
});
