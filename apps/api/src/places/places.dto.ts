import {
  ChoiceField,
  DayField,
  field,
  ListQuery,
  NumberField,
  ObjectField,
  refusals,
  TextField,
  UuidField,
} from '@app/platform';
import { BicField, IbanField, SiretField, WordsField } from '../common/fields';
import { PostalAddressBody } from '../common/postal-address.dto';

export class AddressBody extends PostalAddressBody {
  @field(
    { optional: true, description: 'INSEE' },
    { type: 'string', example: '58194', ...refusals('commune_code_invalid') },
    (value) =>
      typeof value === 'string' && /^(\d{2}|2[AB])\d{3}$/.test(value)
        ? undefined
        : 'commune_code_invalid',
  )
  readonly communeCode?: string;
}

export class OrganisationBody {
  @TextField({ max: 140, example: 'Espace numérique de Nevers' }) readonly name!: string;
  @SiretField() readonly siret!: string;
  @TextField({ max: 80, example: 'association' }) readonly legalForm!: string;
  @ObjectField(() => AddressBody) readonly address!: AddressBody;
}

export class PayeeAccountBody {
  @IbanField() readonly iban!: string;
  @BicField({ optional: true }) readonly bic?: string;
  @TextField({ max: 70 }) readonly holderName!: string;
}

export class AccountVerificationBody {
  @ChoiceField(['match', 'close', 'no-match'])
  readonly outcome!: 'match' | 'close' | 'no-match';
}

export class PlaceCorrectionBody {
  @TextField({ max: 200, example: 'Médiathèque' }) readonly name!: string;
  @ObjectField(() => AddressBody) readonly address!: AddressBody;
  @NumberField({ optional: true, min: -90, max: 90 }) readonly latitude?: number;
  @NumberField({ optional: true, min: -180, max: 180 }) readonly longitude?: number;
  @WordsField({ listMax: 50 }) readonly services!: string[];

  @TextField({ optional: true, max: 1_000, example: 'Mo-Fr 09:00-12:00' })
  readonly hours?: string;
}

export class PlaceBody extends PlaceCorrectionBody {
  @UuidField() readonly organisationId!: string;
}

export class AttachmentBody {
  @UuidField() readonly organisationId!: string;
}

export class LabelBody {
  @DayField() readonly validFromOn!: string;
  @DayField() readonly validUntilOn!: string;
  @WordsField({ listMax: 50 }) readonly services!: string[];
  @TextField({ optional: true, max: 80 }) readonly level?: string;
}

export class OrganisationsQuery extends ListQuery {}

const RADIUS_KM_MAX = 200;

export class PlacesQuery extends ListQuery {
  @field(
    { optional: true, description: 'Latitude and longitude in degrees (WGS 84)' },
    { type: 'string', example: '47.322,5.0415', ...refusals('point_invalid') },
    (value) => (pointOf(value) ? undefined : 'point_invalid'),
  )
  readonly near?: string;

  @field(
    { optional: true, description: 'Around `near`; 20 where it is not said' },
    { type: 'number', exclusiveMinimum: 0, maximum: RADIUS_KM_MAX, ...refusals('radius_range') },
    (value) => (radiusOf(value) === undefined ? 'radius_range' : undefined),
  )
  readonly radiusKm?: string;

  @TextField({ optional: true, max: 80 }) readonly service?: string;

  @field(
    { optional: true },
    { type: 'string', example: '58', ...refusals('department_invalid') },
    (value) =>
      typeof value === 'string' && /^(\d{2}|2[AB]|9[78]\d)$/.test(value)
        ? undefined
        : 'department_invalid',
  )
  readonly department?: string;

  @ChoiceField(['true', 'false'], { optional: true, description: 'Takes vouchers today' })
  readonly labelled?: 'true' | 'false';
}

export class ImportQuery {
  @ChoiceField(['true', 'false'], { optional: true, description: 'Verdicts only' })
  readonly dryRun?: 'true' | 'false';
}

export class VerdictsQuery extends ListQuery {
  @ChoiceField(['created', 'updated', 'unchanged', 'refused'], { optional: true })
  readonly verdict?: string;
}

/** `47.322,5.0415` → a point; undefined for anything else. */
export function pointOf(value: unknown): { latitude: number; longitude: number } | undefined {
  const [, lat, lon] = (typeof value === 'string' && POINT.exec(value)) || [];
  const [latitude, longitude] = [Number(lat ?? NaN), Number(lon ?? NaN)];
  return Math.abs(latitude) <= 90 && Math.abs(longitude) <= 180
    ? { latitude, longitude }
    : undefined;
}

export function radiusOf(value: unknown): number | undefined {
  const radiusKm = typeof value === 'string' && /^\d{1,3}(\.\d{1,6})?$/.test(value) ? +value : NaN;
  return radiusKm > 0 && radiusKm <= RADIUS_KM_MAX ? radiusKm : undefined;
}

const POINT = /^(-?\d{1,2}(?:\.\d{1,15})?),\s?(-?\d{1,3}(?:\.\d{1,15})?)$/;
