import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { deflateSync, gzipSync } from 'node:zlib';
import PDFDocument from 'pdfkit';
import { pdfOf } from '../../libs/voucher-books/src/adapters/prints/pdf';
import { requested } from '../../libs/voucher-books/src/domain/print/print.examples';
import { filesBelow, PERSONAL, sightings } from './canaries';
import { inside } from './inside';
import { beginAof, liveKeys, rewriteAof, withRedis } from './live-redis';

const { name, email, astray } = PERSONAL;

/** Where the name is seen, and where it would be without looking inside. */
const seen = (files: Readonly<Record<string, Buffer>>, words: Record<string, string> = { name }) =>
  [inside(files), files].map((places) => sightings(places, words).length > 0);

const bytesOf = async (chunks: AsyncIterable<Uint8Array>) =>
  Buffer.concat(await Array.fromAsync(chunks));

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'carnet-inside-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const printOf = (changes: Parameters<typeof requested>[0], code = '0123-4567-89AB-CDEF') => {
  const { data: wanted } = requested(changes);
  return bytesOf(pdfOf({ wanted, codeOf: () => code, onBooks: () => Promise.resolve() }, 'a4'));
};

describe('a leak is found, that no search of the bytes finds', () => {
  it('in the text of a print', async () => {
    expect(seen({ print: await printOf({ fundedBy: [name] }) })).toEqual([true, false]);
    expect(seen({ print: await printOf({}) })).toEqual([false, false]);
  });

  it('in a QR code of a print', async () => {
    const print = inside({ print: await printOf({ publicHost: astray }) });
    const codes = print['print (QR codes)'] ?? Buffer.of();
    expect(codes.toString()).toContain(`https://${astray}/v#0123-4567-89AB-CDEF`);
    expect(seen({ codes }, { astray })).toEqual([true, true]);
  });

  it('in the text of any PDF, of embedded fonts or of none', async () => {
    const document = new PDFDocument();
    const bytes = bytesOf(document);
    document.text(`Bonjour ${name}`).end();
    expect(seen({ letter: await bytes })).toEqual([true, false]);
  });

  it('in compressed files and pictures', () => {
    expect(seen({ export: gzipSync(`a;b\n${name};1`) })).toEqual([true, false]);
    const text = deflateSync(name);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(text.length);
    head.write('zTXt', 4);
    const png = Buffer.concat([
      Buffer.from('89504e470d0a1a0a', 'hex'),
      ...[head, text, Buffer.alloc(4)],
    ]);
    expect(seen({ png })).toEqual([true, false]);
  });

  it('in each kind of key of Redis, and in its packed files', async () => {
    const dataDir = join(folder, 'data');
    const dir = join(dataDir, 'redis');
    mkdirSync(dir, { recursive: true });
    const unpacked = join(process.cwd(), '.cache/redis/bin/redis-server');
    const server = spawn(existsSync(unpacked) ? unpacked : 'redis-server', [
      ...['--dir', dir, '--port', '0', '--unixsocket', join(dir, 'redis.sock'), '--save', ''],
    ]);
    try {
      while (!existsSync(join(dir, 'redis.sock'))) await sleep(5);
      await withRedis(dataDir, async (redis) => {
        const words = ['a', 'b', 'c', 'd', 'e', 'f'].map((each) => [each, `${each}-${email}`]);
        const [text, hash, list, set, zset, stream] = words.map(([, word]) => word ?? '');
        await redis.set('text', text ?? '');
        await redis.hset('hash', { field: hash });
        await redis.rpush('list', list ?? '');
        await redis.sadd('set', set ?? '');
        await redis.zadd('zset', 1, zset ?? '');
        await redis.xadd('stream', '*', 'field', stream ?? '');
        const live = { redis: await liveKeys(redis) };
        expect(sightings(live, Object.fromEntries(words) as Record<string, string>)).toHaveLength(
          6,
        );

        await redis.set('packed', `${'canari '.repeat(50)}${name} ${'canari '.repeat(50)}`);
        await beginAof(redis);
        await rewriteAof(redis);
        expect(seen(filesBelow(dir), { packed: `canari canari ${name} canari` })).toEqual([
          ...[true, false],
        ]);
        await redis.set('later', `later ${name}`);
        await sleep(1_100);
        expect(seen(filesBelow(dir), { later: `later ${name}` })).toEqual([true, true]);
      });
    } finally {
      server.kill();
      await once(server, 'exit');
    }
  });
});

describe('a leak that was taken back is found', () => {
  it('in what a view has deleted and not written over', () => {
    const path = join(folder, 'views.sqlite');
    const db = new DatabaseSync(path);
    db.exec('PRAGMA journal_mode = WAL; CREATE TABLE a (b TEXT)');
    db.prepare('INSERT INTO a VALUES (?)').run(name);
    db.exec('DELETE FROM a; PRAGMA wal_checkpoint(TRUNCATE)');
    db.close();
    expect(seen(filesBelow(folder))).toEqual([true, true]);
  });
});
