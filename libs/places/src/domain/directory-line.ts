import { DomainError, isSiret, type Siret } from '@app/kernel';
import type { PlaceDetails } from '../contract';

/** Versions of the national standard of places of digital mediation that are read. */
export type DirectoryStandard = '1.0' | '0.1';

/** A line's cells by the names of the header, trimmed. */
export type DirectoryCells = Readonly<Record<string, string | undefined>>;

export type DirectoryLine = Readonly<{
  directoryId: string;
  details: PlaceDetails;
  /** Absent: the place is listed, but cannot be labelled. */
  siret?: Siret;
}>;

/**
 * A line of the directory as a place. What the standard requires and real files leave out, and a place
 * can do without (address, date), is not asked for. Throws a `DomainError` whose code is the verdict's
 * reason.
 */
export function readDirectoryLine(
  cells: DirectoryCells,
  standard: DirectoryStandard,
): DirectoryLine {
  const text = (name: string, max: number): string => {
    const value = (cells[name] ?? '').replace(/\s+/g, ' ').trim();
    if (CONTROL_CHARACTER.test(value)) refuse('text_control_character', name);
    return value.length <= max ? value : refuse('text_too_long', name);
  };
  const required = (name: string, max: number): string =>
    text(name, max) || refuse('cell_required', name);
  const directoryId = required('id', 200);
  const name = required('nom', 200);
  const street = [text('adresse', 200), text('complement_adresse', 200)].filter(Boolean).join(', ');
  const communeCode = text('code_insee', 5);
  const postalCode = required('code_postal', 5);
  if (!/^\d{5}$/.test(postalCode)) refuse('postal_code_invalid', 'code_postal');
  if (communeCode && !COMMUNE_CODE.test(communeCode)) refuse('commune_code_invalid', 'code_insee');
  const city = required('commune', 100);
  const address = { street, postalCode, city, country: 'FR', ...(communeCode && { communeCode }) };
  const hours = text('horaires', 1_000);
  const services = servicesOf(text('services', 2_000), standard);
  const siret = siretOf(text('pivot', 40));
  return {
    directoryId,
    details: { name, address, services, ...coordinatesOf(cells), ...(hours && { hours }) },
    ...(siret !== undefined && { siret }),
  };
}

const CONTROL_CHARACTER = /[\u0000-\u001f\u007f-\u009f]/;
const COMMUNE_CODE = /^(\d{2}|2[AB])\d{3}$/;

const refuse = (code: string, column: string): never => {
  throw new DomainError(code, { column });
};

/** The pivot is a SIRET, or another number of the register where the organisation has none. */
function siretOf(pivot: string): Siret | undefined {
  const number = pivot.replaceAll(' ', '');
  if (number === '' || /^0+$/.test(number)) return undefined;
  if (/^\d{14}$/.test(number)) return isSiret(number) ? number : refuse('siret_invalid', 'pivot');
  return /^[A-Za-z0-9]{9,14}$/.test(number) ? undefined : refuse('pivot_invalid', 'pivot');
}

function coordinatesOf(cells: DirectoryCells): { latitude?: number; longitude?: number } {
  const [latitude = '', longitude = ''] = [cells['latitude'], cells['longitude']];
  if (latitude === '' && longitude === '') return {};
  if (!isDegrees(latitude, 90)) refuse('coordinates_invalid', 'latitude');
  if (!isDegrees(longitude, 180)) refuse('coordinates_invalid', 'longitude');
  return { latitude: Number(latitude), longitude: Number(longitude) };
}

const isDegrees = (text: string, max: number): boolean =>
  /^-?\d{1,3}(\.\d{1,20})?$/.test(text) && Math.abs(Number(text)) <= max;

function servicesOf(cell: string, standard: DirectoryStandard): readonly string[] {
  const apart = cell.replaceAll('’', "'").split(standard === '1.0' ? '|' : ';');
  const named = apart.map((name) => name.trim());
  const services = named.filter(Boolean).map((name) => {
    const known = standard === '1.0' ? SERVICES.find((each) => each === name) : SINCE_1_0.get(name);
    return known ?? refuse('service_unknown', 'services');
  });
  return [...new Set(services)];
}

/** The nine services of version 1. */
const SERVICES = [
  'Aide aux démarches administratives',
  'Maîtrise des outils numériques du quotidien',
  'Insertion professionnelle via le numérique',
  'Utilisation sécurisée du numérique',
  'Parentalité et éducation avec le numérique',
  'Loisirs et créations numériques',
  'Compréhension du monde numérique',
  'Accès internet et matériel informatique',
  'Acquisition de matériel informatique à prix solidaire',
] as const;

const [procedures, tools, work, , family, leisure, world, access, equipment] = SERVICES;

/** What the services of version 0.1 are called since version 1, so that one search finds both. */
const SINCE_1_0: ReadonlyMap<string, string> = new Map([
  ['Devenir autonome dans les démarches administratives', procedures],
  ['Réaliser des démarches administratives avec un accompagnement', procedures],
  ['Accompagner les démarches de santé', procedures],
  ['Prendre en main un smartphone ou une tablette', tools],
  ['Prendre en main un ordinateur', tools],
  ['Utiliser le numérique au quotidien', tools],
  ['Favoriser mon insertion professionnelle', work],
  ['Créer et développer mon entreprise', work],
  ["Soutenir la parentalité et l'éducation avec le numérique", family],
  ['Créer avec le numérique', leisure],
  ['Approfondir ma culture numérique', world],
  ['Promouvoir la citoyenneté numérique', world],
  ['Accéder à une connexion internet', access],
  ['Accéder à du matériel', access],
  ["S'équiper en matériel informatique", equipment],
]);
