import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  hashOf,
  StoreUnavailable,
  StreamAggregateStore,
  uuidV5,
  type Appended,
  type AppendInput,
  type EventStore,
} from '@app/platform';
import { InMemoryEventStore } from '@app/platform/testing/in-memory-event-store';
import { Uploads } from '../adapters/uploads';
import type { LineVerdict } from '../contract';
import { directoryImport } from '../domain/directory-import';
import { place } from '../domain/place';
import { RequestDirectoryImport, RequestDirectoryImportHandler } from './request-directory-import';
import { RunDirectoryImport, RunDirectoryImportHandler } from './run-directory-import';

const SIRET = '73282932000074';
const header = 'id,pivot,nom,commune,code_postal,adresse,services,labels_nationaux';
const line = (id: string, change: Partial<Record<'pivot' | 'nom' | 'services', string>> = {}) => {
  const { pivot = '', nom = 'Lieu', services = '' } = change;
  return `${id},${pivot},${nom},Nevers,58000,1 rue A,${services},`;
};
const file = (...lines: readonly string[]) => Buffer.from([header, ...lines, ''].join('\n'));

let dataDir: string;
let log: MortalStore;
/** Organisations by SIRET, as the read model would know them. */
let known: Map<string, string>;
/** SIRETs of which the organisation was asked for, batch by batch. */
let asked: (readonly string[])[];

/** Dies once it has done so many appends, before or after the last of them is written. */
class MortalStore extends InMemoryEventStore {
  appends = 0;
  diesAt = Infinity;
  isWritten = false;

  override append(input: AppendInput): Promise<Appended> {
    this.appends += 1;
    if (this.appends < this.diesAt) return super.append(input);
    if (this.isWritten && this.appends === this.diesAt) void super.append(input);
    return Promise.reject(new StoreUnavailable('killed'));
  }

  /** Another process on the same log. */
  restart(): void {
    [this.appends, this.diesAt] = [0, Infinity];
  }
}

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'carnet-imports-'));
  log = new MortalStore();
  known = new Map();
  asked = [];
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

function program(store: EventStore = log) {
  const aggregates = new StreamAggregateStore({ store });
  const uploads = new Uploads(dataDir);
  const organisations = {
    findBySirets: (sirets: readonly string[]) => {
      asked.push(sirets);
      return Promise.resolve(known);
    },
  };
  const request = new RequestDirectoryImportHandler(aggregates, uploads);
  const run = new RunDirectoryImportHandler(aggregates, organisations, uploads);
  return {
    aggregates,
    request: async (bytes: Buffer, { key = hashOf(bytes.toString()), dryRun = false } = {}) => {
      const context = {
        ...{ commandId: uuidV5(KEYS, key), requestHash: key, correlationId: 'c', causationId: 'c' },
        actor: { id: 'operator', partyId: 'operator', role: 'operator' },
      };
      return request.execute(new RequestDirectoryImport({ bytes, dryRun }, context));
    },
    run: (importId: string, onProgress?: RunDirectoryImport['onProgress']) =>
      run.execute(new RunDirectoryImport(importId, onProgress)),
  };
}

const KEYS = '00000000-0000-5000-8000-000000000000';

async function everything() {
  const events: { id: string; streamName: string; type: string; data: unknown }[] = [];
  for await (const { id, streamName, type, data } of log.readAll()) {
    events.push({ id, streamName, type, data });
  }
  return events;
}

async function verdictsOf(importId: string): Promise<LineVerdict[]> {
  const events = await everything();
  return events.flatMap(({ streamName, type, data }) =>
    streamName === `directory-import-${importId}` && type === 'DirectoryLinesJudged'
      ? (data as { verdicts: LineVerdict[] }).verdicts
      : [],
  );
}

/** Imports a file from its request to its end, and answers what became of each line. */
async function imported(bytes: Buffer, options = {}): Promise<(string | undefined)[]> {
  const { request, run } = program();
  const { importId } = await request(bytes, options);
  await run(importId);
  return (await verdictsOf(importId)).map(({ verdict, reason }) => reason ?? verdict);
}

describe('an import of the directory', () => {
  it('gives each line its verdict', async () => {
    const bytes = file(
      line('a', { services: 'Créer avec le numérique;Accéder à du matériel' }),
      line('b', { pivot: '73282932000075' }),
      line('c', { services: 'Loisirs et créations numériques' }),
      line('a', { nom: 'Encore' }),
      line('', {}),
      line('d', { pivot: 'W123456789' }),
    );
    const { request, run, aggregates } = program();
    const { importId } = await request(bytes);
    const told: unknown[] = [];
    await run(importId, async (progress) => void told.push(progress));
    const created = { verdict: 'created' };
    expect(await verdictsOf(importId)).toEqual([
      { line: 2, directoryId: 'a', placeId: expect.any(String), ...created },
      { line: 3, directoryId: 'b', verdict: 'refused', reason: 'siret_invalid' },
      { line: 4, directoryId: 'c', verdict: 'refused', reason: 'service_unknown' },
      { line: 5, directoryId: 'a', verdict: 'refused', reason: 'id_duplicate' },
      { line: 6, directoryId: '', verdict: 'refused', reason: 'cell_required' },
      { line: 7, directoryId: 'd', placeId: expect.any(String), ...created },
    ]);
    expect(told).toEqual([
      { done: 0, total: 6 },
      { done: 6, total: 6 },
    ]);
    expect((await aggregates.load(directoryImport, importId)).state).toMatchObject({
      status: 'completed',
      counts: { created: 2, updated: 0, unchanged: 0, refused: 4 },
    });
    const listed = (await everything()).find(({ type }) => type === 'PlaceListed');
    expect(listed?.data).toMatchObject({
      directoryId: 'a',
      services: ['Loisirs et créations numériques', 'Accès internet et matériel informatique'],
    });
  });

  it('finds the places of the file before: unchanged, or updated', async () => {
    expect(await imported(file(line('a'), line('b')))).toEqual(['created', 'created']);
    const spaced = Buffer.concat([file(line('a'), line('b')), Buffer.from(' ')]);
    expect(await imported(spaced)).toEqual(['unchanged', 'unchanged']);
    const renamed = file(line('b', { nom: 'Autre' }), line('a'), line('c'));
    expect(await imported(renamed)).toEqual(['updated', 'unchanged', 'created']);
    const places = (await everything()).filter(({ streamName }) => /^place-/.test(streamName));
    // Lines of one batch are judged side by side.
    expect(places.map(({ type }) => type).sort()).toEqual([
      ...['PlaceCorrected', 'PlaceListed', 'PlaceListed', 'PlaceListed'],
    ]);
  });

  it('is the first one when the same bytes come again, whoever sends them', async () => {
    const { request, run } = program();
    const first = await request(file(line('a')));
    await run(first.importId);
    const before = await everything();
    const again = await request(file(line('a')), { key: 'another wish' });
    expect(again.importId).toBe(first.importId);
    await run(again.importId);
    expect(await everything()).toEqual(before);
    expect(readdirSync(join(dataDir, 'uploads'))).toHaveLength(1);
  });

  it('attaches a place whose SIRET is known, then or later, and never moves it', async () => {
    known.set(SIRET, 'o');
    const bytes = file(line('a', { pivot: '732 829 320 00074' }), line('b'));
    await imported(bytes);
    const attached = file(line('b', { pivot: SIRET }), line('a', { pivot: SIRET }));
    expect(await imported(attached)).toEqual(['updated', 'unchanged']);
    known.set(SIRET, 'another');
    expect(await imported(Buffer.concat([attached, Buffer.from('\n')]))).toEqual([
      ...['unchanged', 'unchanged'],
    ]);
    const [first] = await verdictsOf(uuidOf(await everything()));
    const { state } = await program().aggregates.load(place, first?.placeId ?? '');
    expect(state).toMatchObject({ organisationId: 'o' });
  });

  it('asks for organisations once a batch, and only about their SIRETs', async () => {
    const many = Array.from({ length: 100 }, (_, index) => line(`n${index}`));
    many[7] = line('n7', { pivot: SIRET });
    await imported(file(...many, line('z', { pivot: SIRET }), line('y', { pivot: 'W123456789' })));
    expect(asked).toEqual([[SIRET], [SIRET]]);
  });

  it('of two files at once lists a place once', async () => {
    const { request, run } = program();
    const files = [file(line('a'), line('b')), file(line('b'), line('c'), line('a'))];
    const requested = await Promise.all(files.map((bytes) => request(bytes)));
    await Promise.all(requested.map(({ importId }) => run(importId)));
    const listed = (await everything()).filter(({ type }) => type === 'PlaceListed');
    expect(listed.map(({ data }) => (data as { directoryId: string }).directoryId).sort()).toEqual([
      ...['a', 'b', 'c'],
    ]);
  });

  it('only foretells on a dry run, which the same file may be given again', async () => {
    await imported(file(line('a'), line('b')));
    known.set(SIRET, 'o');
    const next = file(line('a', { pivot: SIRET }), line('b'), line('c'), line('c'));
    const before = (await everything()).filter(({ streamName }) => /^place-/.test(streamName));
    const foretold = await imported(next, { dryRun: true, key: 'dry' });
    expect(await imported(next, { dryRun: true, key: 'dry again' })).toEqual(foretold);
    const after = (await everything()).filter(({ streamName }) => /^place-/.test(streamName));
    expect(after).toEqual(before);
    expect(foretold).toEqual(['updated', 'unchanged', 'created', 'id_duplicate']);
    expect(await imported(next)).toEqual(foretold);
    const listed = (await everything()).filter(({ type }) => type === 'PlaceListed');
    expect(listed).toHaveLength(3);
  });

  it('of a malformed file is none: nothing is kept or written', async () => {
    const broken = Buffer.concat([file(line('a')), Buffer.from('"b')]);
    await expect(program().request(broken)).rejects.toMatchObject({
      code: 'file_malformed',
      details: { line: 3, reason: 'quote_not_closed' },
    });
    expect(await everything()).toEqual([]);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('of no line is complete at once', async () => {
    const { request, aggregates } = program();
    const { importId } = await request(file());
    const { state } = await aggregates.load(directoryImport, importId);
    expect(state).toMatchObject({ status: 'completed', judged: 0 });
  });

  it.each([
    ['upload_missing', (path: string) => rmSync(path)],
    ['upload_damaged', (path: string) => writeFileSync(path, file(line('z')))],
  ])('is abandoned with %s, and lists nothing', async (reason, spoil) => {
    const { request, run } = program();
    const { importId } = await request(file(line('a')));
    const [name = ''] = readdirSync(join(dataDir, 'uploads'));
    spoil(join(dataDir, 'uploads', name));
    await run(importId);
    await run(importId);
    const events = await everything();
    expect(events.map(({ type }) => type)).toEqual([
      ...['DirectoryImportRequested', 'DirectoryImportAbandoned'],
    ]);
    expect(events[1]?.data).toEqual({ importId, reason });
  });
});

describe('an import killed at any append', () => {
  // More lines than one event tells, known and new ones, and every verdict there is.
  const many = Array.from({ length: 104 }, (_, index) => line(`n${index}`));
  const bytes = file(...many, line('a', { nom: 'Autre' }), line('b'), line('b'));

  const facts = async () => {
    const events = await everything();
    return events
      .map(({ id, streamName, type, data }) => JSON.stringify([id, streamName, type, data]))
      .sort();
  };

  async function killedAt(diesAt: number, isWritten: boolean): Promise<string[]> {
    log = new MortalStore();
    await imported(file(line('a'), line('b')));
    const { importId } = await program().request(bytes);
    [log.appends, log.diesAt, log.isWritten] = [0, diesAt, isWritten];
    const killed = program().run(importId);
    if (diesAt < Infinity) await expect(killed).rejects.toThrow('killed');
    await killed.catch(() => undefined);
    log.restart();
    await program().run(importId);
    return facts();
  }

  it('ends as if it had not been', async () => {
    const whole = await killedAt(Infinity, true);
    // 104 new places, one correction, two tellings of verdicts.
    for (const diesAt of [1, 2, 50, 99, 100, 101, 102, 103, 105, 106, 107]) {
      for (const isWritten of [true, false]) {
        expect([diesAt, isWritten, await killedAt(diesAt, isWritten)]).toEqual([
          ...[diesAt, isWritten, whole],
        ]);
      }
    }
  });

  it('and run by two workers at once counts each line once', async () => {
    const whole = await killedAt(Infinity, true);
    log = new MortalStore();
    await imported(file(line('a'), line('b')));
    const { importId } = await program().request(bytes);
    await Promise.all([program().run(importId), program().run(importId)]);
    expect(await facts()).toEqual(whole);
  });
});

/** The id of the last import in the log. */
const uuidOf = (events: readonly { streamName: string }[]): string =>
  events
    .filter(({ streamName }) => streamName.startsWith('directory-import-'))
    .at(-1)
    ?.streamName.slice('directory-import-'.length) ?? '';
