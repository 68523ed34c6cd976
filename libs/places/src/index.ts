export { Uploads } from './adapters/uploads';
export { directoryImportQueue, type DirectoryImportJob } from './directory-import.queue';
export { directoryImport, type DirectoryImport } from './domain/directory-import';
export {
  findPayableAccount,
  organisation,
  type BankAccount,
  type Organisation,
} from './domain/organisation';
export type { OrganisationWish } from './domain/organisation.messages';
export { effectiveLabels, findLabelOn, place, type Label, type Place } from './domain/place';
export type { PlaceWish } from './domain/place.messages';
export type { PlacesRefusal } from './domain/refuse';
export { PlacesModule } from './places.module';
export { OrganisationsBySiret } from './ports/organisations-by-siret';
export { AttachPlace } from './use-cases/attach-place';
export {
  DeclareBankAccount,
  RevokeBankAccount,
  VerifyBankAccount,
} from './use-cases/bank-accounts';
export { CorrectOrganisation } from './use-cases/correct-organisation';
export { CorrectPlace } from './use-cases/correct-place';
export { LabelPlace } from './use-cases/label-place';
export { ListPlace } from './use-cases/list-place';
export { RegisterOrganisation } from './use-cases/register-organisation';
export { RequestDirectoryImport } from './use-cases/request-directory-import';
export { RunDirectoryImport, type Progress } from './use-cases/run-directory-import';
export { RestorePlace, SuspendPlace } from './use-cases/suspend-place';
export { WithdrawLabel } from './use-cases/withdraw-label';
