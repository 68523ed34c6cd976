import { isSiret } from '@app/kernel';
import { electronicFormatIBAN, isValidIBAN } from 'ibantools';
import { HEAVY_COST } from '../limits/costs';
import { parseNetworks } from '../limits/networks';

/** One type of variable: its name in the README, and a parser answering undefined when malformed. */
export type Kind<T> = Readonly<{
  name: string;
  parse: (text: string) => T | undefined;
}>;

export const text: Kind<string> = { name: 'text', parse: (value) => value };

export const path: Kind<string> = {
  name: 'path',
  parse: (value) => (value.includes('\0') ? undefined : value),
};

/** 0 lets the system choose. */
export const port: Kind<number> = { name: 'port', parse: (value) => integer(value, 0, 65_535) };

/** 1 ms to 10 minutes: longer is a mistake in the unit. */
export const milliseconds: Kind<number> = {
  name: 'milliseconds',
  parse: (value) => integer(value, 1, 600_000),
};

export const hostName: Kind<string> = {
  name: 'host',
  parse: (value) => (/^[0-9A-Za-z.:_-]{1,253}$/.test(value) ? value : undefined),
};

/** A name alone, without scheme, port or path, in lower case: it goes into every QR code. */
export const domainName: Kind<string> = {
  name: 'host name',
  parse: (value) =>
    value.length <= 100 &&
    /^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/.test(value)
      ? value
      : undefined,
};

export const days: Kind<number> = { name: 'days', parse: (value) => integer(value, 1, 3_650) };

/** Less than 10 million euros: no limit of a run is above. */
export const cents: Kind<number> = {
  name: 'cents',
  parse: (value) => integer(value, 0, 999_999_999),
};

/** 1 to 100,000. */
export const count: Kind<number> = { name: 'count', parse: (value) => integer(value, 1, 100_000) };

/** 200 to 100 million: of less than twice the costliest one, none would go through without Redis. */
export const requestsPerMinute: Kind<number> = {
  name: 'requests a minute',
  parse: (value) => integer(value, 2 * HEAVY_COST, 100_000_000),
};

/** By commas. */
export const networks: Kind<readonly string[]> = { name: 'networks', parse: parseNetworks };

/** On a 24-hour clock. */
export const timeOfDay: Kind<string> = {
  name: '`HH:MM`',
  parse: (value) => (/^([01]\d|2[0-3]):[0-5]\d$/.test(value) ? value : undefined),
};

export type AccountHolder = Readonly<{
  holderName: string;
  address: Readonly<{ street: string; postalCode: string; city: string; country: string }>;
}>;

/** Structured, as payment files need it since 2026. */
export const accountHolder: Kind<AccountHolder> = {
  name: '`name; street; postal code; city; country`',
  parse: (value) => {
    const parts = value.split(';').map((part) => part.trim());
    const [holderName = '', street = '', postalCode = '', city = '', country = ''] = parts;
    const isWhole = parts.length === 5 && !parts.includes('') && /^[A-Z]{2}$/.test(country);
    return isWhole ? { holderName, address: { street, postalCode, city, country } } : undefined;
  },
};

export const siret: Kind<string> = {
  name: 'SIRET',
  parse: (value) => (isSiret(value) ? value : undefined),
};

/** Electronic form: spaces are dropped. */
export const iban: Kind<string> = {
  name: 'IBAN',
  parse: (value) => {
    const electronic = electronicFormatIBAN(value);
    return electronic !== null && isValidIBAN(electronic) ? electronic : undefined;
  },
};

/** An issuer's URL, kept as written: `iss` is compared letter by letter. */
export const http: Kind<string> = {
  name: 'URL',
  parse: (value) => (/^https?:$/.test(protocolOf(value) ?? '') ? value : undefined),
};

export const redis: Kind<string> = {
  name: 'URL',
  parse: (value) => (/^(rediss?|unix):$/.test(protocolOf(value) ?? '') ? value : undefined),
};

export const secretKey: Kind<Buffer> = {
  name: 'base64url',
  parse: (value) => {
    const bytes = /^[\w-]+$/.test(value) ? Buffer.from(value, 'base64url') : Buffer.alloc(0);
    return bytes.length >= 32 ? bytes : undefined;
  },
};

export function choice<const T extends string>(...values: readonly T[]): Kind<T> {
  return {
    name: values.map((value) => `\`${value}\``).join(', '),
    parse: (value) => values.find((allowed) => allowed === value),
  };
}

function integer(value: string, min: number, max: number): number | undefined {
  const number = /^(0|[1-9]\d{0,8})$/.test(value) ? Number(value) : NaN;
  return number >= min && number <= max ? number : undefined;
}

function protocolOf(value: string): string | undefined {
  return URL.canParse(value) ? new URL(value).protocol : undefined;
}
