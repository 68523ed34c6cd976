import { addDays, type Day, type Decider } from '@app/kernel';
import type { PlaceDetails, PlaceFact, PlaceLabelled } from '../contract';
import type { CorrectPlace, LabelPlace, PlaceWish } from './place.messages';
import { refuse } from './refuse';

export type Label = Readonly<Omit<PlaceLabelled['data'], 'placeId'>>;

export type Place =
  | { status: 'unknown' }
  | {
      status: 'listed' | 'labelled' | 'suspended' | 'withdrawn';
      placeId: string;
      organisationId?: string;
      directoryId?: string;
      details: PlaceDetails;
      /** Every label the place ever had: a session of last year is judged by last year's. */
      labels: readonly Label[];
      withdrawnOn?: Day;
    };

type Known = Exclude<Place, { status: 'unknown' }>;

/** Point of presence of an organisation; labelled for services over a period. */
export const place: Decider<PlaceWish, Place, PlaceFact> = {
  name: 'place',
  initialState: { status: 'unknown' },

  decide: (wish, state) => {
    if (wish.type === 'ListPlace') {
      return state.status === 'unknown'
        ? [{ type: 'PlaceListed', data: wish.data }]
        : refuse('already_so');
    }
    if (state.status === 'unknown') return refuse('place_unknown');
    const { placeId } = state;
    switch (wish.type) {
      case 'CorrectPlace':
        if (isSamePlace(wish.data, state)) return [];
        return [{ type: 'PlaceCorrected', data: { placeId, ...wish.data } }];
      case 'AttachPlace':
        if (state.organisationId === wish.data.organisationId) return [];
        // What a place was paid belongs to its organisation: another one is another place.
        if (state.organisationId !== undefined) return refuse('already_so');
        return [{ type: 'PlaceAttached', data: { placeId, ...wish.data } }];
      case 'LabelPlace':
        return label(wish, state);
      case 'SuspendPlace':
        if (state.status === 'suspended') return refuse('already_so');
        if (state.status !== 'labelled') return refuse('place_not_labelled');
        return [{ type: 'PlaceSuspended', data: { placeId, ...wish.data } }];
      case 'RestorePlace':
        if (state.status === 'labelled') return refuse('already_so');
        if (state.status !== 'suspended') return refuse('place_not_labelled');
        return [{ type: 'PlaceRestored', data: { placeId } }];
      case 'WithdrawLabel':
        if (state.status === 'withdrawn') return refuse('already_so');
        if (state.status === 'listed') return refuse('place_not_labelled');
        return [{ type: 'LabelWithdrawn', data: { placeId, ...wish.data } }];
    }
  },

  evolve: (state, { type, data }) => {
    if (type === 'PlaceListed') {
      const { placeId, organisationId, directoryId, ...details } = data;
      return {
        status: 'listed',
        placeId,
        details,
        labels: [],
        ...(organisationId === undefined ? {} : { organisationId }),
        ...(directoryId === undefined ? {} : { directoryId }),
      };
    }
    if (state.status === 'unknown') return state;
    switch (type) {
      case 'PlaceCorrected': {
        const { placeId: _, directoryId, ...details } = data;
        return { ...state, details, ...(directoryId === undefined ? {} : { directoryId }) };
      }
      case 'PlaceAttached':
        return { ...state, organisationId: data.organisationId };
      case 'PlaceLabelled': {
        const { placeId: _, ...granted } = data;
        // A renewal lifts no suspension: only a restoration does.
        const status = state.status === 'suspended' ? 'suspended' : 'labelled';
        const { withdrawnOn: __, ...rest } = state;
        return { ...rest, status, labels: [...effectiveLabels(state), granted] };
      }
      case 'PlaceSuspended':
        return { ...state, status: 'suspended' };
      case 'PlaceRestored':
        return { ...state, status: 'labelled' };
      case 'LabelWithdrawn':
        return { ...state, status: 'withdrawn', withdrawnOn: data.withdrawnOn };
    }
  },
};

/** The label in force on that day, if any; a withdrawal ends it on its day. */
export const findLabelOn = (state: Place, day: Day): Label | undefined => {
  if (state.status === 'unknown') return undefined;
  const inForce = effectiveLabels(state).filter(
    ({ validFromOn, validUntilOn }) => validFromOn <= day && day <= validUntilOn,
  );
  return inForce.at(-1);
};

const label = ({ data }: LabelPlace, state: Known): readonly PlaceFact[] => {
  if (state.organisationId === undefined) return refuse('organisation_required');
  if (data.validUntilOn < data.validFromOn) return refuse('date_invalid');
  return [{ type: 'PlaceLabelled', data: { placeId: state.placeId, ...data } }];
};

/** Every label the place ever had; after a withdrawal none of before reaches its day or beyond. */
export const effectiveLabels = ({
  labels,
  withdrawnOn,
}: Pick<Known, 'labels' | 'withdrawnOn'>): readonly Label[] =>
  withdrawnOn === undefined
    ? labels
    : labels
        .filter(({ validFromOn }) => validFromOn < withdrawnOn)
        .map((granted) =>
          granted.validUntilOn < withdrawnOn
            ? granted
            : { ...granted, validUntilOn: addDays(withdrawnOn, -1) },
        );

const isSamePlace = ({ directoryId, ...details }: CorrectPlace['data'], state: Known): boolean =>
  (directoryId === undefined || directoryId === state.directoryId) &&
  canonical(details) === canonical(state.details);

const canonical = ({ address, services, ...rest }: PlaceDetails): string =>
  JSON.stringify([
    rest.name,
    rest.latitude ?? null,
    rest.longitude ?? null,
    rest.hours ?? null,
    [...services].sort(),
    [
      address.street,
      address.postalCode,
      address.city,
      address.country,
      address.communeCode ?? null,
    ],
  ]);
