import type { PartyKind } from '@app/contacts/contract';
import { ChoiceField, field, ListQuery, refusals, TextField, UuidField } from '@app/platform';

const EMAIL = /^[^\s@<>"]{1,64}@[a-z\d-]+(\.[a-z\d-]+)+$/i;
/** E.164: a plus, the country, the number. */
const PHONE = /^\+[1-9]\d{6,14}$/;

const FormField = (form: RegExp, code: string, example: string): PropertyDecorator =>
  field(
    { optional: true },
    { type: 'string', maxLength: 254, example, ...refusals('text_type', code) },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return value.length <= 254 && form.test(value) ? undefined : code;
    },
  );

export class ContactChangeBody {
  @TextField({ max: 200, example: 'Camille Exemple' }) readonly name!: string;
  @TextField({ max: 100, optional: true, description: 'What the person does there' })
  readonly duty?: string;
  @FormField(EMAIL, 'email_invalid', 'camille@example.org') readonly email?: string;
  @FormField(PHONE, 'phone_invalid', '+33199000001') readonly phone?: string;
}

const PARTY_KINDS = [
  'organisation',
  'funder',
  'prescriber',
] as const satisfies readonly PartyKind[];

export class ContactBody extends ContactChangeBody {
  @ChoiceField(PARTY_KINDS) readonly partyKind!: PartyKind;
  @UuidField() readonly partyId!: string;
}

export class ContactsQuery extends ListQuery {}
