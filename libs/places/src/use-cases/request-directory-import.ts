import { AggregateStore, uuidV5, Wish, type Handled } from '@app/platform';
import { CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { checkDirectory } from '../adapters/directory-csv';
import { Uploads } from '../adapters/uploads';
import { directoryImport } from '../domain/directory-import';

type Input = { bytes: Buffer; dryRun: boolean };

/**
 * Reads the file once from end to end, refuses it whole (`file_malformed`) or keeps it. The same bytes
 * again are the first import; a dry run is one of its own, since its answer changes with the registry.
 */
export class RequestDirectoryImport extends Wish<Input, Handled & { importId: string }> {}

@CommandHandler(RequestDirectoryImport)
export class RequestDirectoryImportHandler implements ICommandHandler<RequestDirectoryImport> {
  constructor(
    private readonly aggregates: AggregateStore,
    private readonly uploads: Uploads,
  ) {}

  async execute({
    input: { bytes, dryRun },
    context,
  }: RequestDirectoryImport): Promise<Handled & { importId: string }> {
    const checked = await checkDirectory(bytes);
    const sha256 = await this.uploads.keep(bytes);
    const importId = dryRun ? context.commandId : uuidV5(IMPORTS, sha256);
    const data = { importId, sha256, dryRun, ...checked };
    const wish = { type: 'RequestDirectoryImport', data } as const;
    const handled = await this.aggregates.handle(directoryImport, importId, wish, context);
    return { ...handled, importId };
  }
}

const IMPORTS = '8f2d6c51-6d0e-5b5c-9a0a-6a1f0d5f7e42';
