export { ContactCards, type ContactCard } from './adapters/contact-cards';
export { ContactsModule } from './contacts.module';
export { contact, type Contact } from './domain/contact';
export type { ContactsRefusal } from './domain/refuse';
export { ApproveErasure, EraseContact, ProposeErasure } from './use-cases/erase-contact';
export { ChangeContact, RecordContact } from './use-cases/keep-contact';
