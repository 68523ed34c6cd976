import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { AccountingController } from './accounting.controller';
import { InvoicesController } from './invoices.controller';
import { StatementsController } from './statements.controller';

/** The books over HTTP, on what `SchemeModule` provides. */
@Module({
  controllers: [AccountingController, InvoicesController, StatementsController],
  providers: [Own],
})
export class AccountingApiModule {}
