/** Identifiers of nobody, with check digits that hold. */

/** SIRET (14 digits, Luhn) of a company that does not exist: no SIREN begins with 000. */
export function siretOf(number: number): string {
  const digits = `000${String(number).padStart(6, '0')}0001`;
  for (let check = 0; check < 10; check += 1) {
    const siret = `${digits}${check}`;
    if (isLuhn(siret)) return siret;
  }
  throw new Error('one of ten check digits holds');
}

const isLuhn = (digits: string): boolean => {
  let sum = 0;
  [...digits].reverse().forEach((digit, place) => {
    const value = Number(digit) * (place % 2 === 0 ? 1 : 2);
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
};

/** A French IBAN of a bank code nobody has (99999), ISO 13616 check digits and RIB key included. */
export function ibanOf(number: number): string {
  const account = String(number).padStart(11, '0');
  const [bank, branch] = ['99999', '00001'];
  const key = 97n - ((89n * BigInt(bank) + 15n * BigInt(branch) + 3n * BigInt(account)) % 97n);
  const bban = `${bank}${branch}${account}${String(key).padStart(2, '0')}`;
  // F is 15 and R is 27; the check digits count as 00.
  const check = 98n - (BigInt(`${bban}152700`) % 97n);
  return `FR${String(check).padStart(2, '0')}${bban}`;
}
