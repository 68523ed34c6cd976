/** Cases of the catalogue that nothing here can meet yet, or that are no bad input here, and why. */
export const NOT_APPLICABLE: Readonly<Record<number, string>> = {
  57: 'codes in base45 are of offline scanning, which is not built yet',
  58: 'so are compressed codes',
  59: 'so are keys named in a code',
  60: 'so are revoked ones of them',
  61: 'so are signed codes: today a code is checked by its tag (case 52)',
  62: 'so are signatures',
  63: 'so are keys within a code',
  64: 'so is CBOR',
  66: 'a code names no environment: of another deployment it is a code of another scheme (case 51)',
  67: 'a code holds no expiry: the store is the only one that says',
  81: 'no route answers an ETag: who decides names the version by its hash (linesSha256)',
  84: 'Carnet sends webhooks and takes none: what a receiver refuses is tried with docs/webhooks.md',
  97: 'nobody sends a day of execution: the run takes the next banking day itself',
  99: 'no bad input: taken, and the run goes back (test/runs, bank_account_changed)',
};
