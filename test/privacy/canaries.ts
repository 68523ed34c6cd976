import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What is personal: a person's, wherever it was typed. None of it may be found anywhere in clear. */
export const PERSONAL = {
  name: 'Canarine Oiseau-Jaune',
  email: 'canarine.oiseau@canari.example',
  phone: '+33199123456',
  /** A prescriber's own reference for somebody. */
  beneficiaryRef: 'DOSSIER-CANARI-7431',
  /** Where no field asks for it: in a query, a header, a property nobody knows. */
  astray: 'canari-egare-5512',
} as const;

/**
 * What is an organisation's: its bank account and who holds it are facts of its payments, which the
 * law has kept for ten years (code de commerce, L123-22). In the log and the views, and nowhere else.
 */
export const ORGANISATIONS = {
  iban: 'FR7610107001011234567890129',
  holderName: 'Association Canari Vert',
} as const;

/** As a bank writes it of who paid: sealed wherever it is, and shown to finance alone. */
export const BANKS = {
  payer: 'Serin Cini-Payeur',
  iban: 'FR7630004000031234567890143',
  text: 'Cours de Serin le mardi',
  endToEndId: 'SERIN-LOYER-2209',
} as const;

/** An organisation's, so it may stand where such names do: that it is found there shows how we look. */
export const PLANTED = { place: 'Lieu Fuite-Plantée 9183' } as const;

/** Where one of the words stands, in one of the ways bytes are written down; never which bytes. */
export function sightings(
  where: Readonly<Record<string, Buffer>>,
  words: Readonly<Record<string, string>>,
): readonly string[] {
  return Object.entries(where).flatMap(([place, bytes]) =>
    Object.entries(words).flatMap(([what, word]) =>
      waysToWrite(word).some((way) => bytes.includes(way)) ? [`${what} in ${place}`] : [],
    ),
  );
}

/** Every file below the folder, by its path in it; one that goes meanwhile is gone. */
export function filesBelow(folder: string): Record<string, Buffer> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((each) => each.isFile());
  return Object.fromEntries(
    files.flatMap(({ parentPath, name }) => {
      const path = join(parentPath, name);
      const bytes = readIfThere(path);
      return bytes ? [[path.slice(folder.length + 1), bytes]] : [];
    }),
  );
}

function readIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function waysToWrite(word: string): readonly Buffer[] {
  const plain = Buffer.from(word);
  const texts = [
    ...[encodeURIComponent(word), plain.toString('hex'), plain.toString('base64url')],
    ...[plain.toString('base64'), JSON.stringify(word).slice(1, -1), word.toLowerCase()],
  ];
  return [plain, Buffer.from(word, 'utf16le'), ...texts.map((text) => Buffer.from(text))];
}
