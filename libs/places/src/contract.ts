import type { Event } from '@app/kernel';

/**
 * What places publishes. Days are `YYYY-MM-DD` of Europe/Paris, coordinates WGS 84 degrees.
 * Streams: `organisation-{id}`, `place-{id}`, `directory-import-{id}`.
 */

export type Address = Readonly<{
  street: string;
  postalCode: string;
  city: string;
  /** ISO 3166-1 alpha-2. */
  country: string;
  /** INSEE commune code where known. */
  communeCode?: string;
}>;

// --- organisation -------------------------------------------------------------------------------

export type OrganisationDetails = Readonly<{
  name: string;
  siret: string;
  legalForm: string;
  address: Address;
}>;

export type OrganisationRegistered = Event<
  'OrganisationRegistered',
  { organisationId: string } & OrganisationDetails
>;

/** The details as they are from now on; earlier ones stay in the stream. */
export type OrganisationCorrected = Event<
  'OrganisationCorrected',
  { organisationId: string } & OrganisationDetails
>;

export type BankAccountDeclared = Event<
  'BankAccountDeclared',
  {
    organisationId: string;
    bankAccountId: string;
    iban: string;
    bic?: string;
    holderName: string;
    /** Who asked, as a pseudonymous person id: nobody approves a run with an account they changed. */
    declaredBy: string;
    /** RFC 3339; a payable account waits 48 h from here when another one was verified before. */
    declaredAt: string;
  }
>;

export type BankAccountVerified = Event<
  'BankAccountVerified',
  {
    organisationId: string;
    bankAccountId: string;
    /** Only `match` makes the account payable; `close` waits for a person. */
    outcome: 'match' | 'close' | 'no-match';
    verifiedBy: string;
    verifiedAt: string;
    /** Not payable before this instant (48 h after a change); absent for the first account. */
    quarantinedUntilAt?: string;
  }
>;

export type BankAccountRevoked = Event<
  'BankAccountRevoked',
  {
    organisationId: string;
    bankAccountId: string;
    reason: string;
    revokedBy: string;
    revokedAt: string;
  }
>;

// --- place --------------------------------------------------------------------------------------

export type PlaceDetails = Readonly<{
  name: string;
  address: Address;
  latitude?: number;
  longitude?: number;
  services: readonly string[];
  hours?: string;
}>;

export type PlaceListed = Event<
  'PlaceListed',
  {
    placeId: string;
    /** Absent for an imported place without SIRET: listed, but it cannot be labelled. */
    organisationId?: string;
    /** Identity in the national directory it was imported from. */
    directoryId?: string;
  } & PlaceDetails
>;

export type PlaceCorrected = Event<
  'PlaceCorrected',
  { placeId: string; directoryId?: string } & PlaceDetails
>;

export type PlaceAttached = Event<'PlaceAttached', { placeId: string; organisationId: string }>;

export type PlaceLabelled = Event<
  'PlaceLabelled',
  {
    placeId: string;
    validFromOn: string;
    validUntilOn: string;
    services: readonly string[];
    level?: string;
  }
>;

export type PlaceSuspended = Event<'PlaceSuspended', { placeId: string; reason: string }>;
export type PlaceRestored = Event<'PlaceRestored', { placeId: string }>;
export type LabelWithdrawn = Event<
  'LabelWithdrawn',
  { placeId: string; reason: string; withdrawnOn: string }
>;

// --- directory import ---------------------------------------------------------------------------

/** Stream `directory-import-{id}`: a file of the national standard, read line by line. */
export type DirectoryImportRequested = Event<
  'DirectoryImportRequested',
  {
    importId: string;
    /** SHA-256, hex, of the file's bytes; the upload is kept under it. */
    sha256: string;
    standard: '1.0' | '0.1';
    /** Lines after the header, so many as there will be verdicts. */
    lines: number;
    /** The verdicts say what would happen, and nothing does. */
    dryRun: boolean;
  }
>;

export type LineVerdict = Readonly<{
  /** Line of the file on which the record begins; the header is on line 1. */
  line: number;
  verdict: 'created' | 'updated' | 'unchanged' | 'refused';
  /** As the file has it; cut to 200 characters. */
  directoryId: string;
  /** Absent where the line was refused. */
  placeId?: string;
  /** Why it was refused, in snake_case. */
  reason?: string;
}>;

/** The verdicts of the next lines, in the file's order. */
export type DirectoryLinesJudged = Event<
  'DirectoryLinesJudged',
  { importId: string; verdicts: readonly LineVerdict[] }
>;

export type DirectoryImportCompleted = Event<
  'DirectoryImportCompleted',
  { importId: string } & Record<LineVerdict['verdict'], number>
>;

/** The upload is gone or not what was checked; what was imported before stays. */
export type DirectoryImportAbandoned = Event<
  'DirectoryImportAbandoned',
  { importId: string; reason: 'upload_missing' | 'upload_damaged' }
>;

export type OrganisationFact =
  | OrganisationRegistered
  | OrganisationCorrected
  | BankAccountDeclared
  | BankAccountVerified
  | BankAccountRevoked;

export type PlaceFact =
  | PlaceListed
  | PlaceCorrected
  | PlaceAttached
  | PlaceLabelled
  | PlaceSuspended
  | PlaceRestored
  | LabelWithdrawn;

export type DirectoryImportFact =
  | DirectoryImportRequested
  | DirectoryLinesJudged
  | DirectoryImportCompleted
  | DirectoryImportAbandoned;
