import { UnreadableEvent, type EventMetadata } from './event-store';
import { SchemaVersions } from './schema-versions';

const versions = new SchemaVersions({
  Paid: [
    (data: { euros: number }) => ({ cents: data.euros * 100 }),
    (data: { cents: number }) => ({ ...data, currency: 'EUR' }),
  ],
});

const event = (type: string, data: unknown, schemaVersion?: number) => ({
  id: 'id',
  streamName: 'till-1',
  revision: 0,
  type,
  data,
  metadata: {
    commandId: 'c',
    ...(schemaVersion !== undefined && { schemaVersion }),
  } as EventMetadata,
});

describe('schema versions', () => {
  it.each([
    [undefined, { euros: 2 }],
    [1, { euros: 2 }],
    [2, { cents: 200 }],
    [3, { cents: 200, currency: 'EUR' }],
  ])('bring version %s to the current form', (version, data) => {
    const current = versions.upcast(event('Paid', data, version));
    expect(current.data).toEqual({ cents: 200, currency: 'EUR' });
    expect(current.metadata).toEqual({ commandId: 'c', schemaVersion: 3 });
  });

  it('leave a type without upcasters as it is', () => {
    const same = event('Other', { a: 1 });
    expect(versions.upcast(same)).toBe(same);
    expect(versions.currentOf('Other')).toBe(1);
    expect(versions.currentOf('Paid')).toBe(3);
  });

  it.each([
    ['Paid', 4],
    ['Other', 2],
    ['Paid', 0],
    ['Paid', 1.5],
  ])('refuse %s in version %s', (type, version) => {
    expect(() => versions.upcast(event(type, {}, version))).toThrow(UnreadableEvent);
  });

  it('cannot be given twice for one type', () => {
    expect(() => new SchemaVersions({ Paid: [] }, { Paid: [] })).toThrow('Paid');
  });
});
