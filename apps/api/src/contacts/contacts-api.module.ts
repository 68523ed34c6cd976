import { Module } from '@nestjs/common';
import { Own } from '../access/own';
import { ContactsController } from './contacts.controller';

/**
 * Contacts over HTTP. Whoever imports it provides globally the handlers of `ContactsModule`,
 * `AggregateStore`, `ContactCards` and the queries of the read models.
 */
@Module({ controllers: [ContactsController], providers: [Own] })
export class ContactsApiModule {}
