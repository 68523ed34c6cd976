import { EraseContact } from '@app/contacts';
import { Clock, JobHost, permanentIfRefused, Processes } from '@app/platform';
import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import type { Job } from 'bullmq';
import {
  contactErasureQueue,
  ContactRetention,
  type ContactErasureJob,
} from './due-contact-erasures';

@Injectable()
@Processes(contactErasureQueue)
export class ContactErasureProcessor extends JobHost<ContactErasureJob> {
  constructor(
    private readonly commands: CommandBus,
    private readonly retention: ContactRetention,
    private readonly clock: Clock,
  ) {
    super();
  }

  /** Safe to run again: what is erased stays erased. */
  async process({ data: { contactId } }: Job<ContactErasureJob>): Promise<void> {
    const keptSinceBefore = this.retention.keptSinceBefore(this.clock.now());
    const wish = new EraseContact(contactId, keptSinceBefore);
    await permanentIfRefused(() => this.commands.execute(wish));
  }
}
