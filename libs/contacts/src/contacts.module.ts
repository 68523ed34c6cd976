import { Module } from '@nestjs/common';
import {
  ApproveErasureHandler,
  EraseContactHandler,
  ProposeErasureHandler,
} from './use-cases/erase-contact';
import { CardKeeper, ChangeContactHandler, RecordContactHandler } from './use-cases/keep-contact';

/**
 * Handlers of contacts' wishes. Whoever imports it provides `AggregateStore`, `Clock` and
 * `ContactCards` globally.
 */
@Module({
  providers: [
    CardKeeper,
    RecordContactHandler,
    ChangeContactHandler,
    ProposeErasureHandler,
    ApproveErasureHandler,
    EraseContactHandler,
  ],
})
export class ContactsModule {}
