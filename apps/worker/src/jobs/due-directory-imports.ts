import { directoryImportQueue, type DirectoryImportJob } from '@app/places';
import { DueWork } from '@app/platform';
import { DirectoryImportQueries } from '@app/read-models';
import { Injectable } from '@nestjs/common';

/** Imports that were requested and have not come to their end. */
@Injectable()
export class DueDirectoryImports extends DueWork<DirectoryImportJob> {
  readonly queue = directoryImportQueue;

  constructor(private readonly imports: DirectoryImportQueries) {
    super();
  }

  findDue(): readonly DirectoryImportJob[] {
    return this.imports.listRunning().map(({ importId }) => ({ importId }));
  }
}
