import { field, refusals, TextField } from '@app/platform';

export class PostalAddressBody {
  @TextField({ max: 200, example: '1 rue du Commerce' }) readonly street!: string;
  @TextField({ max: 16, example: '58000' }) readonly postalCode!: string;
  @TextField({ max: 100, example: 'Nevers' }) readonly city!: string;

  @field(
    { description: 'ISO 3166-1 alpha-2' },
    { type: 'string', example: 'FR', ...refusals('country_invalid') },
    (value) =>
      typeof value === 'string' && /^[A-Z]{2}$/.test(value) ? undefined : 'country_invalid',
  )
  readonly country!: string;
}
