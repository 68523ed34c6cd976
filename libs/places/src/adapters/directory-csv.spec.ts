import { DomainError } from '@app/kernel';
import { checkDirectory, readDirectory, type DirectoryRecord } from './directory-csv';

const header = 'id,nom,commune,code_postal,adresse,services';
const file = (...lines: readonly string[]) => Buffer.from(lines.join('\n'));
const line = (id: string) => `${id},Médiathèque,Nevers,58000,1 rue A,`;

async function read(bytes: Buffer): Promise<DirectoryRecord[]> {
  const records: DirectoryRecord[] = [];
  // One byte at a time: no text and no quote may depend on where a chunk ends.
  const chunks = (async function* () {
    for (const byte of bytes) yield Buffer.of(byte);
  })();
  for await (const record of readDirectory(chunks)) records.push(record);
  return records;
}

async function refusal(bytes: Buffer): Promise<DomainError['details']> {
  const error: unknown = await checkDirectory(bytes).then(
    () => new Error('it was accepted'),
    (refused: unknown) => refused,
  );
  if (error instanceof DomainError && error.code === 'file_malformed') return error.details;
  throw error;
}

describe('a directory file', () => {
  it.each([
    ['LF', `${header}\n${line('a')}\n${line('b')}`],
    ['CRLF', `${header}\r\n${line('a')}\r\n${line('b')}\r\n`],
    ['a byte order mark', `\ufeff${header}\n${line('a')}\n${line('b')}\n`],
    ['empty lines and spaces', `${header}\n${line('a')}\n\n ${line('b')} \n \n`],
  ])('is read with %s', async (_, text) => {
    const records = await read(Buffer.from(text));
    expect(records.map(({ cells }) => [cells['id'], cells['nom']])).toEqual([
      ['a', 'Médiathèque'],
      ['b', 'Médiathèque'],
    ]);
    expect(await checkDirectory(Buffer.from(text))).toEqual({ standard: '1.0', lines: 2 });
  });

  it('has quoted commas, quotes and line ends, and tells the line each record begins on', async () => {
    const quoted = '"a","Le ""Lieu"", ici","Ne\r\nvers",58000,"1\n2",';
    const records = await read(Buffer.from(`${header}\r\n${quoted}\r\n${line('b')}\r\n`));
    expect(
      records.map(({ line: begins, cells }) => [begins, cells['nom'], cells['commune']]),
    ).toEqual([
      [2, 'Le "Lieu", ici', 'Ne\r\nvers'],
      [5, 'Médiathèque', 'Nevers'],
    ]);
  });

  it.each([
    ['1.0', 'frais_a_charge'],
    ['0.1', 'labels_nationaux'],
    ['1.0', 'a_column_of_their_own'],
  ])('is of version %s by its column %s', async (standard, column) => {
    const bytes = file(`${header},${column}`, `${line('a')},`);
    expect(await checkDirectory(bytes)).toEqual({ standard, lines: 1 });
  });

  it('may have no line at all', async () =>
    expect(await checkDirectory(file(header))).toEqual({ standard: '1.0', lines: 0 }));
});

describe('a malformed directory file is refused with its line:', () => {
  const good = line('a');
  const cases: readonly (readonly [string, Buffer, number, string])[] = [
    ['nothing', Buffer.alloc(0), 1, 'header_missing'],
    ['semicolons', file(header.replaceAll(',', ';'), good), 1, 'header_missing'],
    ['a column missing', file('id,nom,commune', 'a,b,c'), 1, 'header_missing'],
    ['a column twice', file(`${header},nom`, `${good},`), 1, 'header_duplicate'],
    ['two versions', file(`${header},courriel,courriels`), 1, 'header_of_two_versions'],
    ['a cell too many', file(header, good, `${good},`), 3, 'columns_uneven'],
    ['a cell too few', file(header, good, 'b,Nom'), 3, 'columns_uneven'],
    ['a quote not closed', file(header, good, '"b,Nom', good, good), 3, 'quote_not_closed'],
    ['text after a quote', file(header, good, '"b"c,Nom,Nevers,58000,,'), 3, 'quote_misplaced'],
    ['a quote within', file(header, good, 'b,N"om,Nevers,58000,,'), 3, 'quote_misplaced'],
    ['CRLF, then LF', Buffer.from(`${header}\r\n${good}\n${good}\r\n`), 2, 'line_ends_mixed'],
    ['a cell of 10 MB', file(header, good, 'x'.repeat(10_000_000)), 3, 'record_too_long'],
    ['10 MB in quotes', file(header, good, `"${'x\n'.repeat(5_000_000)}`), 3, 'record_too_long'],
    ['ten million empty lines', file(header, good, '\n'.repeat(10_000_000)), 3, 'record_too_long'],
    ['Windows-1252', Buffer.from(`${header}\n${line('é')}\n`, 'latin1'), 2, 'encoding'],
    ['UTF-16', Buffer.from(`${header}\n${good}`, 'utf16le'), 1, 'encoding'],
    ['a program', Buffer.from(`${header}\n${good}\n\u0000ELF`), 3, 'encoding'],
  ];

  it.each(cases)('%s', async (_, bytes, atLine, reason) =>
    expect(await refusal(bytes)).toEqual({ line: atLine, reason }),
  );

  it('LF, then CRLF', async () => {
    const bytes = Buffer.from(`${header}\n${good}\n${good}\r\n${good}\n`);
    expect(await refusal(bytes)).toEqual({ line: 3, reason: 'line_ends_mixed' });
  });
});
