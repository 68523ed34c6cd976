import { directoryImportQueue, RunDirectoryImport, type DirectoryImportJob } from '@app/places';
import { JobHost, permanentIfRefused, Processes } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';

@Injectable()
@Processes(directoryImportQueue)
export class DirectoryImportProcessor extends JobHost<DirectoryImportJob> {
  constructor(private readonly commands: CommandBus) {
    super();
  }

  /** Safe to run again: lines that have their verdict are passed over. */
  async process(job: Job<DirectoryImportJob>): Promise<void> {
    const run = new RunDirectoryImport(job.data.importId, (progress) =>
      job.updateProgress({ ...progress }),
    );
    await permanentIfRefused(() => this.commands.execute(run));
  }
}
