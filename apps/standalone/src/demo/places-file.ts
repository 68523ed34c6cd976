import { parse } from 'csv-parse/sync';

/** A place as the demo needs to know it; the rest is the import's matter. */
export type ListedPlace = Readonly<{
  directoryId: string;
  name: string;
  street: string;
  postalCode: string;
  city: string;
  /** The file says that vouchers are accepted there. */
  takesVouchers: boolean;
}>;

/** Reads what the demo needs of a file of the national standard, v0.1 or v1. */
export function readPlaces(bytes: Buffer): readonly ListedPlace[] {
  const rows = parse<Readonly<Record<string, string>>>(bytes, {
    ...{ bom: true, columns: true, relax_column_count: true },
  });
  return rows.map((row) => ({
    directoryId: row['id'] ?? '',
    name: row['nom'] ?? '',
    street: row['adresse'] ?? '',
    postalCode: row['code_postal'] ?? '',
    city: row['commune'] ?? '',
    takesVouchers: Object.values(row).some((cell) => /\bAPTIC\b|pass num[ée]rique/i.test(cell)),
  }));
}

const TOWNS = [
  ['Nevers', '58000', 46.9896, 3.159],
  ['Cosne-Cours-sur-Loire', '58200', 47.4115, 2.9256],
  ['Decize', '58300', 46.8286, 3.4616],
  ['Clamecy', '58500', 47.4602, 3.5193],
  ['Château-Chinon', '58120', 47.0652, 3.933],
  ['La Charité-sur-Loire', '58400', 47.1773, 3.0197],
  ['Imphy', '58160', 46.9316, 3.2606],
  ['Corbigny', '58800', 47.2571, 3.6833],
] as const;

const KINDS = ['Médiathèque', 'Espace numérique', 'Maison des services'] as const;

/** A small directory of places that do not exist, for who has no file at hand: standard v1. */
export function ownPlaces(): Buffer {
  const lines = TOWNS.flatMap(([city, postalCode, latitude, longitude], town) =>
    KINDS.map((kind, at) => {
      const cells = [`demo-${town}-${at}`, `${kind} (fictif)`, city, postalCode];
      const point = [latitude + at / 1_000, longitude + at / 1_000].map((each) => each.toFixed(4));
      const charge = at < 2 ? 'Pass numérique' : 'Gratuit';
      return [...cells, `${at + 1} rue de la Démonstration`, ...point, charge].join(',');
    }),
  );
  const header = 'id,nom,commune,code_postal,adresse,latitude,longitude,frais_a_charge';
  return Buffer.from(`${[header, ...lines].join('\r\n')}\r\n`);
}
