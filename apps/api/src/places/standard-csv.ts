import { Readable } from 'node:stream';
import type { PlaceQueries, PlaceWithSiret } from '@app/read-models';
import { stringify } from 'csv-stringify/sync';

const PAGE = 500;

/**
 * All places in the national standard of places of digital mediation, version 1.0.2: its columns in its
 * order, several values of a cell apart by `|`. It has no column for vouchers: that a place takes them
 * stands among its other labels.
 */
export const standardCsv = (places: PlaceQueries, today: string): Readable =>
  Readable.from(pagesOf(places, today), { objectMode: false });

const TAKES_VOUCHERS = 'Accepte le pass numérique';

function* pagesOf(places: PlaceQueries, today: string): Generator<string> {
  yield csvOf([COLUMNS]);
  let after = '';
  for (;;) {
    const rows = places.listWithSiret({ after, limit: PAGE, today });
    if (rows.length > 0) yield csvOf(rows.map(cellsOf));
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.placeId;
  }
}

const COLUMNS = [
  ...['id', 'pivot', 'nom', 'commune', 'code_postal', 'code_insee', 'adresse'],
  ...['complement_adresse', 'latitude', 'longitude', 'typologie', 'telephone', 'courriels'],
  ...['site_web', 'horaires', 'presentation_resume', 'presentation_detail', 'source'],
  ...['itinerance', 'structure_parente', 'date_maj', 'services'],
  ...['publics_specifiquement_adresses', 'prise_en_charge_specifique', 'frais_a_charge'],
  ...['dispositif_programmes_nationaux', 'formations_labels', 'autres_formations_labels'],
  ...['modalites_acces', 'modalites_accompagnement', 'fiche_acces_libre', 'prise_rdv'],
];

type Cell = string | number | null;

function cellsOf(place: PlaceWithSiret): readonly Cell[] {
  const cells: Readonly<Record<string, Cell>> = {
    id: place.directoryId ?? place.placeId,
    pivot: place.siret,
    nom: place.name,
    commune: place.address?.city ?? '',
    code_postal: place.address?.postalCode ?? '',
    code_insee: place.address?.communeCode ?? '',
    adresse: place.address?.street ?? '',
    latitude: place.latitude,
    longitude: place.longitude,
    horaires: place.hours,
    source: 'Carnet',
    date_maj: place.updatedOn,
    services: place.services.join('|'),
    autres_formations_labels: place.label === null ? '' : TAKES_VOUCHERS,
  };
  return COLUMNS.map((column) => cells[column] ?? '');
}

const csvOf = (rows: readonly (readonly Cell[])[]): string =>
  stringify([...rows.map((row) => [...row])], { record_delimiter: 'windows', cast: FORMULA_SAFE });

/** A spreadsheet runs a text that begins like a formula; an apostrophe makes it text (OWASP). */
const FORMULA_SAFE = {
  string: (text: string) =>
    /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/.test(text) ? `'${text}` : text,
};
