import { Module } from '@nestjs/common';
import { AuditDays } from './audit-days';
import { AuditController } from './audit.controller';

/** The audit trail over HTTP, on the log and the files of refusals. */
@Module({ controllers: [AuditController], providers: [AuditDays] })
export class AuditApiModule {}
