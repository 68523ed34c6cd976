import {
  ChoiceField,
  field,
  InstantField,
  IntegerField,
  ListQuery,
  refusals,
  ROLES,
  TextField,
  UuidField,
  type Role,
} from '@app/platform';
import { RIGHTS } from '../access/rights';

const PARTY = 'A funder, prescriber or organisation; left out for staff, and for one’s own party';

export class InvitationBody {
  @ChoiceField(ROLES) readonly role!: Role;
  @UuidField({ optional: true, description: PARTY }) readonly partyId?: string;
  @IntegerField({ min: 1, max: 30, optional: true, description: 'Default 7' })
  readonly validDays?: number;
}

export class AcceptanceBody {
  @field(
    { description: 'As it was shown to who invited' },
    { type: 'string', maxLength: 100, ...refusals('text_type', 'too_large') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return value.length > 100 ? 'too_large' : undefined;
    },
  )
  readonly secret!: string;
}

export class UserBody {
  @field(
    { description: '`sub` of the person’s tokens (OpenID Connect Core § 2); it is not kept' },
    { type: 'string', maxLength: 255, ...refusals('text_type', 'subject_invalid') },
    (value) => {
      if (typeof value !== 'string') return 'text_type';
      return /^[\x21-\x7e]{1,255}$/.test(value) ? undefined : 'subject_invalid';
    },
  )
  readonly subject!: string;
}

export class RoleBody {
  @ChoiceField(ROLES) readonly role!: Role;
  @UuidField({ optional: true, description: PARTY }) readonly partyId?: string;
}

export class RoleWithdrawalBody extends RoleBody {
  @TextField({ max: 500 }) readonly reason!: string;
}

export class ApiKeyBody {
  @ChoiceField(ROLES, { listMax: ROLES.length }) readonly roles!: Role[];
  @UuidField({ optional: true, description: PARTY }) readonly partyId?: string;
  @TextField({
    max: 80,
    example: 'Till of the media library',
    description: 'Never a person’s name',
  })
  readonly purpose!: string;
  @field(
    { optional: true, listMax: 50, description: 'The only routes it may call' },
    { type: 'string', example: 'POST /v1/redemptions', ...refusals('route_unknown') },
    (value) =>
      typeof value === 'string' && Object.hasOwn(RIGHTS, value) ? undefined : 'route_unknown',
  )
  readonly routes?: string[];
  @InstantField({ optional: true, description: 'Default in a year; in two at most' })
  readonly expiresAt?: string;
}

export class ReasonOfRevocationBody {
  @TextField({ max: 500 }) readonly reason!: string;
}

export class ListAccessQuery extends ListQuery {}
