import { createSecretKey, randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemRandomness } from '@app/platform';
import { ContactCards } from './contact-cards';

const ANN = '00000000-0000-5000-8000-00000000000a';
const BEA = '00000000-0000-5000-8000-00000000000b';
const card = (name: string) => ({ name, duty: null, email: `${name}@example.org`, phone: null });

let dataDir: string;
let cards: ContactCards;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'carnet-contacts-'));
  const master = createSecretKey(randomBytes(32));
  const keys = { currentKeyId: 'k', masterKeyOf: () => master };
  cards = new ContactCards({ dataDir, keys, randomness: new SystemRandomness() });
});

afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const bytesOnDisk = () =>
  readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'))
    .join('');

describe('the card of a contact', () => {
  it('is read back, and not by who reads the disk', async () => {
    await cards.keep(ANN, ANN, card('canary-ann'));
    expect(await cards.find(ANN, ANN)).toEqual(card('canary-ann'));
    expect(bytesOnDisk()).not.toContain('canary-ann');
  });

  it('leaves no earlier one behind', async () => {
    await cards.keep(ANN, ANN, card('canary-ann'));
    await cards.keep(ANN, BEA, card('canary-bea'));
    await cards.dropAllBut(ANN, BEA);
    expect(await cards.find(ANN, ANN)).toBeUndefined();
    expect(await cards.find(ANN, BEA)).toEqual(card('canary-bea'));
  });

  it('is gone with its key, though a copy of the card comes back, and takes no other with it', async () => {
    await cards.keep(ANN, ANN, card('canary-ann'));
    await cards.keep(BEA, BEA, card('canary-bea'));
    const backup = join(dataDir, 'backup');
    cpSync(join(dataDir, 'contacts'), backup, { recursive: true });
    await cards.erase(ANN);
    await cards.erase(ANN);
    cpSync(backup, join(dataDir, 'contacts'), { recursive: true });
    expect(await cards.find(ANN, ANN)).toBeUndefined();
    expect(await cards.find(BEA, BEA)).toEqual(card('canary-bea'));
    expect(await cards.listHeld()).toEqual([BEA]);
  });
});
