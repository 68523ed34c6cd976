import { given } from '@app/platform/testing/given';
import type { PlaceFact } from '../contract';
import { findLabelOn, place } from './place';
import type { PlaceWish } from './place.messages';

const details = {
  name: 'Médiathèque de Nevers',
  address: { street: '17 rue Jean Jaurès', postalCode: '58000', city: 'Nevers', country: 'FR' },
  services: ['online-procedures'],
};
const listed = (organisationId?: string): PlaceFact => ({
  type: 'PlaceListed',
  data: { placeId: 'p', ...details, ...(organisationId ? { organisationId } : {}) },
});
const granted = { validFromOn: '2026-01-01', validUntilOn: '2026-12-31', services: ['s'] };
const label = (change = {}): PlaceWish => ({ type: 'LabelPlace', data: { ...granted, ...change } });
const labelled = (change = {}): PlaceFact => ({
  type: 'PlaceLabelled',
  data: { placeId: 'p', ...granted, ...change },
});
const suspended: PlaceFact = { type: 'PlaceSuspended', data: { placeId: 'p', reason: 'audit' } };
const restored: PlaceFact = { type: 'PlaceRestored', data: { placeId: 'p' } };
const withdrawn: PlaceFact = {
  type: 'LabelWithdrawn',
  data: { placeId: 'p', reason: 'closed', withdrawnOn: '2026-06-15' },
};
const suspend: PlaceWish = { type: 'SuspendPlace', data: { reason: 'audit' } };
const restore: PlaceWish = { type: 'RestorePlace', data: {} };
const withdraw: PlaceWish = {
  type: 'WithdrawLabel',
  data: { reason: 'closed', withdrawnOn: '2026-06-15' },
};
const labelOn = (day: string, ...facts: PlaceFact[]) =>
  findLabelOn(facts.reduce(place.evolve, place.initialState), day);

describe('a place', () => {
  it('is listed once', () => {
    given(place)
      .when({ type: 'ListPlace', data: { placeId: 'p', ...details } })
      .then(listed());
    given(place, listed())
      .when({ type: 'ListPlace', data: { placeId: 'p', ...details } })
      .thenRefused('already_so');
  });

  it('is labelled only with an organisation behind it', () => {
    given(place, listed()).when(label()).thenRefused('organisation_required');
    given(place, listed('o')).when(label()).then(labelled());
    given(place, listed(), { type: 'PlaceAttached', data: { placeId: 'p', organisationId: 'o' } })
      .when(label())
      .then(labelled());
  });

  it('is labelled for a day at least', () => {
    given(place, listed('o'))
      .when(label({ validUntilOn: '2026-01-01' }))
      .then(labelled({ validUntilOn: '2026-01-01' }));
    given(place, listed('o'))
      .when(label({ validUntilOn: '2025-12-31' }))
      .thenRefused('date_invalid');
  });

  it('never changes its organisation', () =>
    given(place, listed('o'))
      .when({ type: 'AttachPlace', data: { organisationId: 'other' } })
      .thenRefused('already_so'));

  it('is suspended, restored and withdrawn, each only from where that makes sense', () => {
    given(place, listed('o')).when(suspend).thenRefused('place_not_labelled');
    given(place, listed('o'), labelled()).when(suspend).then(suspended);
    given(place, listed('o'), labelled(), suspended).when(suspend).thenRefused('already_so');
    given(place, listed('o'), labelled(), suspended).when(restore).then(restored);
    given(place, listed('o'), labelled()).when(restore).thenRefused('already_so');
    given(place, listed('o')).when(withdraw).thenRefused('place_not_labelled');
    given(place, listed('o'), labelled(), suspended).when(withdraw).then(withdrawn);
    given(place, listed('o'), labelled(), withdrawn).when(withdraw).thenRefused('already_so');
    given(place, listed('o'), labelled(), withdrawn)
      .when(restore)
      .thenRefused('place_not_labelled');
  });

  it('keeps its suspension when its label is renewed', () =>
    given(place, listed('o'), labelled(), suspended, labelled())
      .when(suspend)
      .thenRefused('already_so'));

  it('is not corrected when nothing differs', () => {
    given(place, listed()).when({ type: 'CorrectPlace', data: details }).thenNothing();
    given(place, listed())
      .when({ type: 'CorrectPlace', data: { ...details, name: 'Médiathèque' } })
      .then({ type: 'PlaceCorrected', data: { placeId: 'p', ...details, name: 'Médiathèque' } });
  });
});

describe('the label of a place', () => {
  it('is in force from its first day to its last', () => {
    const facts = [listed('o'), labelled()];
    expect(labelOn('2025-12-31', ...facts)).toBeUndefined();
    expect(labelOn('2026-01-01', ...facts)).toEqual(granted);
    expect(labelOn('2026-12-31', ...facts)).toEqual(granted);
    expect(labelOn('2027-01-01', ...facts)).toBeUndefined();
  });

  it('ends the day before its withdrawal', () => {
    const facts = [listed('o'), labelled(), withdrawn];
    expect(labelOn('2026-06-14', ...facts)).toBeDefined();
    expect(labelOn('2026-06-15', ...facts)).toBeUndefined();
  });

  it('granted again after a withdrawal does not revive the days between', () => {
    const again = labelled({ validFromOn: '2026-09-01' });
    const facts = [listed('o'), labelled(), withdrawn, again];
    expect(labelOn('2026-06-14', ...facts)).toBeDefined();
    expect(labelOn('2026-07-01', ...facts)).toBeUndefined();
    expect(labelOn('2026-09-01', ...facts)).toBeDefined();
  });

  it('renewed with other services is judged by the label granted last', () =>
    expect(labelOn('2026-05-01', listed('o'), labelled(), labelled({ services: ['t'] }))).toEqual({
      ...granted,
      services: ['t'],
    }));
});
