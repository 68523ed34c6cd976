import { addDays, parisDayOf } from '@app/kernel';
import type {
  LabelWithdrawn,
  PlaceAttached,
  PlaceCorrected,
  PlaceDetails,
  PlaceLabelled,
  PlaceListed,
  PlaceRestored,
  PlaceSuspended,
} from '@app/places/contract';
import { projection } from '@app/platform/read-store';
import { departmentOf } from './department';

type Facts =
  | PlaceListed
  | PlaceCorrected
  | PlaceAttached
  | PlaceLabelled
  | PlaceSuspended
  | PlaceRestored
  | LabelWithdrawn;

export type LabelOfPlace = Readonly<Omit<PlaceLabelled['data'], 'placeId'>>;

export type PlaceRow = {
  placeId: string;
  organisationId: string | null;
  directoryId: string | null;
  name: string;
  address: PlaceDetails['address'] | null;
  department: string;
  latitude: number | null;
  longitude: number | null;
  services: readonly string[];
  hours: string | null;
  status: 'listed' | 'labelled' | 'suspended' | 'withdrawn';
  /** In the order granted: the last one in force on a day counts. */
  labels: readonly LabelOfPlace[];
  /** Paris day of the last fact. */
  updatedOn: string;
};

/** Every place, as it is found and shown. */
export const places = projection<PlaceRow, Facts>({
  name: 'places',
  version: 1,
  key: ({ data }) => data.placeId,
  empty: {
    ...{ placeId: '', organisationId: null, directoryId: null, name: '', address: null },
    ...{ department: '', latitude: null, longitude: null, services: [], hours: null },
    ...{ status: 'listed', labels: [], updatedOn: '' },
  },
  columns: {
    ...{ organisationId: 'text?', directoryId: 'text?', address: 'json?' },
    ...{ latitude: 'real?', longitude: 'real?', hours: 'text?' },
  },
  indexes: [['latitude', 'longitude'], ['department'], ['status'], ['organisationId']],
  on: {
    PlaceListed: (row, data, { recordedAt }) => ({
      ...withDetails(row, data, recordedAt),
      placeId: data.placeId,
      organisationId: data.organisationId ?? null,
      directoryId: data.directoryId ?? null,
    }),
    PlaceCorrected: (row, data, { recordedAt }) => ({
      ...withDetails(row, data, recordedAt),
      directoryId: data.directoryId ?? row.directoryId,
    }),
    PlaceAttached: (row, { organisationId }, { recordedAt }) => ({
      ...row,
      organisationId,
      updatedOn: parisDayOf(recordedAt),
    }),
    PlaceLabelled: (row, { placeId: _, ...label }, { recordedAt }) => ({
      ...row,
      // A renewal lifts no suspension.
      status: row.status === 'suspended' ? 'suspended' : 'labelled',
      labels: [...row.labels, label],
      updatedOn: parisDayOf(recordedAt),
    }),
    PlaceSuspended: (row, _, { recordedAt }) => ({
      ...row,
      status: 'suspended',
      updatedOn: parisDayOf(recordedAt),
    }),
    PlaceRestored: (row, _, { recordedAt }) => ({
      ...row,
      status: 'labelled',
      updatedOn: parisDayOf(recordedAt),
    }),
    LabelWithdrawn: (row, { withdrawnOn }, { recordedAt }) => ({
      ...row,
      status: 'withdrawn',
      labels: endedBefore(row.labels, withdrawnOn),
      updatedOn: parisDayOf(recordedAt),
    }),
  },
});

const withDetails = (row: PlaceRow, details: PlaceDetails, recordedAt: Date): PlaceRow => {
  const { name, address, latitude, longitude, services, hours } = details;
  return {
    ...row,
    ...{ name, address, services, department: departmentOf(address) },
    ...{ latitude: latitude ?? null, longitude: longitude ?? null, hours: hours ?? null },
    updatedOn: parisDayOf(recordedAt),
  };
};

/** No label reaches the day of a withdrawal or beyond. */
const endedBefore = (labels: readonly LabelOfPlace[], day: string): readonly LabelOfPlace[] =>
  labels
    .filter(({ validFromOn }) => validFromOn < day)
    .map((label) =>
      label.validUntilOn < day ? label : { ...label, validUntilOn: addDays(day, -1) },
    );
