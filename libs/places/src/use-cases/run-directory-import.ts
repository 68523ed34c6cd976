import { DomainError } from '@app/kernel';
import { AggregateStore, hashOf, uuidV5, type CommandContext } from '@app/platform';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { readDirectory, type DirectoryRecord } from '../adapters/directory-csv';
import { Uploads } from '../adapters/uploads';
import type { LineVerdict } from '../contract';
import { directoryImport } from '../domain/directory-import';
import { readDirectoryLine, type DirectoryLine } from '../domain/directory-line';
import { place } from '../domain/place';
import { OrganisationsBySiret } from '../ports/organisations-by-siret';

export type Progress = Readonly<{ done: number; total: number }>;

/**
 * Judges the lines of an import that have no verdict yet. Safe to run again, and twice at once: a line's
 * commands have ids of their own, and its verdict counts once.
 */
export class RunDirectoryImport extends Command<void> {
  constructor(
    readonly importId: string,
    readonly onProgress: (progress: Progress) => Promise<void> = () => Promise.resolve(),
  ) {
    super();
  }
}

/** Lines judged at a time, and told in one event. */
const LINES_MAX = 100;

@CommandHandler(RunDirectoryImport)
export class RunDirectoryImportHandler implements ICommandHandler<RunDirectoryImport> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly organisations: OrganisationsBySiret,
    private readonly uploads: Uploads,
  ) {}

  async execute({ importId, onProgress }: RunDirectoryImport): Promise<void> {
    const { state } = await this.aggregates.load(directoryImport, importId);
    if (state.status !== 'running') return;
    const { sha256, lines: total, dryRun } = state;
    const upload = await this.uploads.examine(sha256);
    if (upload !== 'whole') return this.#abandon(importId, upload);
    let after = state.judged;
    await onProgress({ done: after, total });
    for await (const lines of batchesOf(readDirectory(this.uploads.read(sha256)), after)) {
      const verdicts = await this.#judgeAll(lines, importId, dryRun);
      const wish = { type: 'JudgeLines', data: { after, verdicts } } as const;
      const context = contextOf(importId, `lines after ${after}`);
      await this.aggregates.handle(directoryImport, importId, wish, context);
      after += lines.length;
      await onProgress({ done: after, total });
    }
  }

  async #abandon(importId: string, upload: 'missing' | 'damaged'): Promise<void> {
    const reason = `upload_${upload}` as const;
    const wish = { type: 'AbandonDirectoryImport', data: { reason } } as const;
    await this.aggregates.handle(directoryImport, importId, wish, contextOf(importId, reason));
  }

  async #judgeAll(
    lines: readonly (ReadLine | LineVerdict)[],
    importId: string,
    dryRun: boolean,
  ): Promise<readonly LineVerdict[]> {
    const sirets = lines.flatMap((line) => ('siret' in line ? [line.siret] : []));
    const organisations = await this.organisations.findBySirets(sirets);
    return Promise.all(
      lines.map(async (line) => {
        if ('verdict' in line) return line;
        const organisationId = line.siret && organisations.get(line.siret);
        return this.#judge({ ...line, organisationId }, importId, dryRun);
      }),
    );
  }

  async #judge(owned: OwnedLine, importId: string, dryRun: boolean): Promise<LineVerdict> {
    const { line, organisationId, details, directoryId } = owned;
    const placeId = uuidV5(PLACES, directoryId);
    const wished = { placeId, directoryId, details, organisationId };
    const verdict = dryRun
      ? await this.#foresee(wished)
      : await this.#carryOut(wished, (step) => contextOf(importId, `${line} ${step}`));
    return { line, verdict, directoryId, placeId };
  }

  /** Listing comes first also for a known place: a run after a crash finds there what it has done. */
  async #carryOut(
    wished: WishedPlace,
    context: (step: string) => CommandContext,
  ): Promise<LineVerdict['verdict']> {
    const { placeId } = wished;
    const { list, correct, attach } = wishesOf(wished);
    const listed = await unlessAlreadySo(
      this.aggregates.handle(place, placeId, list, context('list')),
    );
    if (listed) return 'created';
    const corrected = await this.aggregates.handle(place, placeId, correct, context('correct'));
    const attached =
      attach &&
      (await unlessAlreadySo(this.aggregates.handle(place, placeId, attach, context('attach'))));
    return corrected.events.length + (attached?.events.length ?? 0) > 0 ? 'updated' : 'unchanged';
  }

  async #foresee(wished: WishedPlace): Promise<LineVerdict['verdict']> {
    const { state } = await this.aggregates.load(place, wished.placeId);
    if (state.status === 'unknown') return 'created';
    const { correct, attach } = wishesOf(wished);
    const isAttached = attach === undefined || state.organisationId !== undefined;
    return isAttached && place.decide(correct, state).length === 0 ? 'unchanged' : 'updated';
  }
}

type ReadLine = DirectoryLine & Readonly<{ line: number }>;
type OwnedLine = ReadLine & Readonly<{ organisationId: string | undefined }>;

type WishedPlace = Readonly<{
  placeId: string;
  directoryId: string;
  details: DirectoryLine['details'];
  organisationId: string | undefined;
}>;

const wishesOf = ({ placeId, directoryId, details, organisationId }: WishedPlace) => {
  const owner = organisationId === undefined ? undefined : { organisationId };
  return {
    list: { type: 'ListPlace', data: { placeId, directoryId, ...owner, ...details } },
    correct: { type: 'CorrectPlace', data: { directoryId, ...details } },
    attach: owner && ({ type: 'AttachPlace', data: owner } as const),
  } as const;
};

/** Lines that have no verdict yet, some at a time. An id counts once in a file, its first line. */
async function* batchesOf(
  records: AsyncIterable<DirectoryRecord>,
  alreadyJudged: number,
): AsyncGenerator<readonly (ReadLine | LineVerdict)[]> {
  const seen = new Set<string>();
  let count = 0;
  let batch: (ReadLine | LineVerdict)[] = [];
  for await (const record of records) {
    const line = lineOf(record, seen);
    count += 1;
    if (count <= alreadyJudged) continue;
    batch.push(line);
    if (batch.length < LINES_MAX) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function lineOf({ line, cells, standard }: DirectoryRecord, seen: Set<string>) {
  try {
    const read = readDirectoryLine(cells, standard);
    if (seen.has(read.directoryId)) throw new DomainError('id_duplicate');
    seen.add(read.directoryId);
    return { line, ...read };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const directoryId = (cells['id'] ?? '').slice(0, 200);
    return { line, verdict: 'refused', directoryId, reason: error.code } as const;
  }
}

async function unlessAlreadySo<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'already_so') return undefined;
    throw error;
  }
}

const contextOf = (importId: string, step: string): CommandContext => ({
  commandId: uuidV5(importId, step),
  requestHash: hashOf([importId, step]),
  actor: { id: 'directory-import', partyId: 'operator', role: 'system' },
  correlationId: importId,
  causationId: importId,
});

/** A place's id comes from its id in the directory, so that the next file finds it. */
const PLACES = '4c7c2b5e-2f55-5d6b-8f9b-2f1f6b8c9d30';
