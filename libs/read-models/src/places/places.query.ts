import type { Params, ReadStore } from '@app/platform';
import { organisations } from './organisations.projection';
import { places, type LabelOfPlace, type PlaceRow } from './places.projection';

export type PlaceView = Readonly<PlaceRow & { label: LabelOfPlace | null }>;

export type FoundPlace = PlaceView & Readonly<{ distanceKm: number | null }>;

export type Nearby = Readonly<{ latitude: number; longitude: number; radiusKm: number }>;

export type PlaceSearch = Readonly<{
  near?: Nearby | undefined;
  /** Offered, or with `labelled` what it is labelled for. */
  service?: string | undefined;
  department?: string | undefined;
  /** Whether it takes vouchers on `today`. */
  labelled?: boolean | undefined;
  today: string;
  /** The last place of the page before. */
  after?: Readonly<{ distanceKm: number; placeId: string }> | undefined;
  limit: number;
}>;

/** A place as the export of the national standard needs it. */
export type PlaceWithSiret = PlaceView & Readonly<{ siret: string | null }>;

/** Mean radius of the Earth, times two: IUGG. */
const EARTH_DIAMETER_KM = 12_742.0176;
const KM_PER_DEGREE = 111.19;

export class PlaceQueries {
  constructor(private readonly store: ReadStore) {}

  find(placeId: string, today: string): PlaceView | undefined {
    const row = this.store.find(places.table, placeId);
    return row && viewOf(row, today);
  }

  listOfOrganisation(organisationId: string, today: string): readonly PlaceView[] {
    const rows = this.store.rows(
      places.table,
      'WHERE organisationId = ? ORDER BY key',
      organisationId,
    );
    return rows.map((row) => viewOf(row, today));
  }

  /** The nearest first, or in id order without a point. */
  search(search: PlaceSearch): readonly FoundPlace[] {
    const { near, today, limit } = search;
    const where = [...boxOf(near), ...filtersOf(search), ...pageOf(search)];
    const conditions = where.map(({ sql }) => sql).join(' AND ') || 'TRUE';
    const found = this.store.all<FoundRow>(
      near ? nearest(conditions) : inIdOrder(conditions),
      ...(near ? [near.latitude, near.latitude, near.longitude] : []),
      ...where.flatMap(({ params }) => params),
      limit,
    );
    return found.map(({ distanceKm, ...row }) => ({
      ...viewOf(places.table.decode(row), today),
      distanceKm,
    }));
  }

  /** Every place in id order, one page at a time, with the SIRET of its organisation. */
  listWithSiret(input: { after: string; limit: number; today: string }): readonly PlaceWithSiret[] {
    const { after, limit, today } = input;
    return this.store.snapshot(() =>
      this.store
        .rows(places.table, 'WHERE key > ? ORDER BY key LIMIT ?', after, limit)
        .map((row) => {
          const { organisationId } = row;
          const owner =
            organisationId === null
              ? undefined
              : this.store.find(organisations.table, organisationId);
          return { ...viewOf(row, today), siret: owner?.siret ?? null };
        }),
    );
  }
}

/** Found by the narrow columns of an index; whole rows are read for this page alone. */
const nearest = (conditions: string): string =>
  `SELECT places.*, page.distanceKm
     FROM (SELECT key, ${DISTANCE} AS distanceKm FROM places WHERE ${conditions}
            ORDER BY distanceKm, key LIMIT ?) page
     JOIN places USING (key) ORDER BY distanceKm, key`;

const inIdOrder = (conditions: string): string =>
  `SELECT *, NULL AS distanceKm FROM places WHERE ${conditions} ORDER BY key LIMIT ?`;

type FoundRow = Readonly<{ distanceKm: number | null }> & Parameters<typeof places.table.decode>[0];
type Condition = Readonly<{ sql: string; params: Params }>;

/** Haversine; rounding may carry its root beyond 1. */
const DISTANCE = `${EARTH_DIAMETER_KM} * asin(min(1.0, sqrt(
  pow(sin(radians(latitude - ?) / 2), 2) +
  cos(radians(latitude)) * cos(radians(?)) * pow(sin(radians(longitude - ?) / 2), 2))))`;

/** A box around the circle, which an index finds, then the circle. */
function boxOf(near: Nearby | undefined): readonly Condition[] {
  if (near === undefined) return [];
  const { latitude, longitude, radiusKm } = near;
  const north = radiusKm / KM_PER_DEGREE;
  const furthest = Math.min(Math.abs(latitude) + north, 89.9);
  const east = north / Math.cos((furthest * Math.PI) / 180);
  // Across the date line the box would have two halves; the circle alone does there.
  const isWhole = Math.abs(longitude) + east <= 180;
  const [west, to] = isWhole ? [longitude - east, longitude + east] : [-180, 180];
  return [
    { sql: 'latitude BETWEEN ? AND ?', params: [latitude - north, latitude + north] },
    { sql: 'longitude BETWEEN ? AND ?', params: [west, to] },
    { sql: 'distanceKm <= ?', params: [radiusKm] },
  ];
}

/** The label granted last of those in force on a day. */
const LABEL_ON = `SELECT label.value FROM json_each(labels) label
  WHERE label.value ->> 'validFromOn' <= ? AND label.value ->> 'validUntilOn' >= ?
  ORDER BY label.key DESC LIMIT 1`;

function filtersOf(search: PlaceSearch): readonly Condition[] {
  const { department, labelled, service, today } = search;
  const conditions: Condition[] = [];
  if (department !== undefined) conditions.push({ sql: 'department = ?', params: [department] });
  if (labelled !== undefined) {
    const isLabelled = `(status = 'labelled' AND EXISTS (${LABEL_ON}))`;
    conditions.push({ sql: labelled ? isLabelled : `NOT ${isLabelled}`, params: [today, today] });
  }
  if (service !== undefined) {
    const offered = labelled === true ? `(${LABEL_ON}) -> 'services'` : 'services';
    const sql = `EXISTS (SELECT 1 FROM json_each(${offered}) offer WHERE offer.value = ?)`;
    conditions.push({ sql, params: [...(labelled === true ? [today, today] : []), service] });
  }
  return conditions;
}

function pageOf({ near, after }: PlaceSearch): readonly Condition[] {
  if (after === undefined) return [];
  const { distanceKm, placeId } = after;
  return near === undefined
    ? [{ sql: 'key > ?', params: [placeId] }]
    : [{ sql: '(distanceKm, key) > (?, ?)', params: [distanceKm, placeId] }];
}

function viewOf({ key: _, ...row }: PlaceRow & { key: string }, today: string): PlaceView {
  const inForce = row.labels.filter(
    ({ validFromOn, validUntilOn }) => validFromOn <= today && today <= validUntilOn,
  );
  return { ...row, label: (row.status === 'labelled' && inForce.at(-1)) || null };
}
