import { DomainError } from '@app/kernel';
import { readDirectoryLine, type DirectoryCells } from './directory-line';

const cells: DirectoryCells = {
  ...{ id: 'd', pivot: '', nom: 'Lieu', commune: 'Nevers', code_postal: '58000' },
  ...{ adresse: '1 rue A', latitude: '', longitude: '', services: '' },
};
const read = (change: DirectoryCells = {}, standard: '1.0' | '0.1' = '1.0') =>
  readDirectoryLine({ ...cells, ...change }, standard);

function refusal(change: DirectoryCells, standard: '1.0' | '0.1' = '1.0'): string {
  try {
    read(change, standard);
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
  return 'none';
}

describe('a line of the directory', () => {
  it('is a place, its texts on one line and without spaces to spare', () =>
    expect(
      read({
        ...{ nom: ' Le \n Lieu ', complement_adresse: 'Bât. B', code_insee: '58194' },
        ...{ latitude: '47.5', longitude: '-3', horaires: 'Mo-Fr', pivot: '73282932000074' },
      }),
    ).toEqual({
      directoryId: 'd',
      siret: '73282932000074',
      details: {
        name: 'Le Lieu',
        address: {
          ...{ street: '1 rue A, Bât. B', postalCode: '58000', city: 'Nevers', country: 'FR' },
          communeCode: '58194',
        },
        ...{ latitude: 47.5, longitude: -3, services: [], hours: 'Mo-Fr' },
      },
    }));

  it('may leave out what a place can do without', () => {
    const { details, siret } = read({ adresse: '' });
    expect([details.address.street, siret]).toEqual(['', undefined]);
    expect(details).not.toHaveProperty('latitude');
    expect(details).not.toHaveProperty('hours');
  });

  it.each([
    ['732 829 320 00074', '73282932000074'],
    ['35600000063516', '35600000063516'],
    ['W123456789', undefined],
    ['732829320', undefined],
    ['00000000000000', undefined],
  ])('with pivot %j has SIRET %j', (pivot, siret) => expect(read({ pivot }).siret).toBe(siret));

  it('names its services as version 1 does, each once', () => {
    const services =
      "Soutenir la parentalité et l’éducation avec le numérique;S'équiper en matériel informatique; Prendre en main un ordinateur;Utiliser le numérique au quotidien";
    expect(read({ services }, '0.1').details.services).toEqual([
      'Parentalité et éducation avec le numérique',
      'Acquisition de matériel informatique à prix solidaire',
      'Maîtrise des outils numériques du quotidien',
    ]);
    const two = 'Utilisation sécurisée du numérique|Aide aux démarches administratives';
    expect(read({ services: two }).details.services).toEqual(two.split('|'));
  });

  it.each([
    ['cell_required', { id: ' ' }],
    ['cell_required', { nom: '' }],
    ['cell_required', { commune: '' }],
    ['postal_code_invalid', { code_postal: '1000' }],
    ['text_too_long', { code_postal: '580000' }],
    ['commune_code_invalid', { code_insee: '2C033' }],
    ['coordinates_invalid', { latitude: '47' }],
    ['coordinates_invalid', { latitude: '90.001', longitude: '0' }],
    ['coordinates_invalid', { latitude: '0', longitude: '-180.001' }],
    ['coordinates_invalid', { latitude: '47,5', longitude: '3' }],
    ['coordinates_invalid', { latitude: '0x10', longitude: '3' }],
    ['none', { latitude: '-90', longitude: '180' }],
    ['siret_invalid', { pivot: '73282932000075' }],
    ['pivot_invalid', { pivot: '12345678' }],
    ['pivot_invalid', { pivot: '7328293200007４' }],
    ['service_unknown', { services: 'Prendre en main un ordinateur' }],
    ['service_unknown', { services: 'toString' }],
    ['text_too_long', { nom: 'x'.repeat(201) }],
    ['none', { nom: 'x'.repeat(200) }],
    ['text_control_character', { nom: 'a\u0007b' }],
  ])('is refused with %s for %j', (code, change) => expect(refusal(change)).toBe(code));
});
