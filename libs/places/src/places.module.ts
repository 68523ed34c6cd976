import { Module } from '@nestjs/common';
import { AttachPlaceHandler } from './use-cases/attach-place';
import {
  DeclareBankAccountHandler,
  RevokeBankAccountHandler,
  VerifyBankAccountHandler,
} from './use-cases/bank-accounts';
import { CorrectOrganisationHandler } from './use-cases/correct-organisation';
import { CorrectPlaceHandler } from './use-cases/correct-place';
import { LabelPlaceHandler } from './use-cases/label-place';
import { ListPlaceHandler } from './use-cases/list-place';
import { RegisterOrganisationHandler } from './use-cases/register-organisation';
import { RequestDirectoryImportHandler } from './use-cases/request-directory-import';
import { RunDirectoryImportHandler } from './use-cases/run-directory-import';
import { RestorePlaceHandler, SuspendPlaceHandler } from './use-cases/suspend-place';
import { WithdrawLabelHandler } from './use-cases/withdraw-label';

/**
 * Handlers of places' wishes. Whoever imports it provides `AggregateStore`, `Clock`, `Uploads` and
 * `OrganisationsBySiret` globally.
 */
@Module({
  providers: [
    RegisterOrganisationHandler,
    CorrectOrganisationHandler,
    DeclareBankAccountHandler,
    VerifyBankAccountHandler,
    RevokeBankAccountHandler,
    ListPlaceHandler,
    CorrectPlaceHandler,
    AttachPlaceHandler,
    LabelPlaceHandler,
    SuspendPlaceHandler,
    RestorePlaceHandler,
    WithdrawLabelHandler,
    RequestDirectoryImportHandler,
    RunDirectoryImportHandler,
  ],
})
export class PlacesModule {}
