export {
  BASE32_SYMBOLS,
  decodeBase32,
  encodeBase32,
  readBase32,
  symbolOf,
  valueOf,
} from './base32';
export { normaliseReference } from './bank-references';
export { addBankingDays, bankingDayFrom, isBankingDay, nextBankingDay } from './banking-days';
export {
  addRange,
  type BookRange,
  countBooks,
  findRange,
  holdsRange,
  type Intervals,
  subtractRange,
} from './book-ranges';
export { checkSymbolOf, hasCheckSymbol } from './check-symbol';
export {
  addDays,
  addMonths,
  compareDays,
  type Day,
  diffDays,
  endOfMonth,
  isDay,
  parseDay,
  startOfMonth,
  type Weekday,
  weekdayOf,
} from './days';
export type { Command, Decider, Event } from './decider';
export { departmentOfCommune, departmentOfPostcode } from './departments';
export { DomainError, type RefusalDetails } from './domain-error';
export { isUuid, parseUuid, type Uuid } from './ids';
export { type Instant, instantOf, isInstant, parseInstant } from './instants';
export {
  assertBasisPoints,
  assertCents,
  type BasisPoints,
  type Cents,
  CENTS_MAX,
  formatCents,
  formatCentsInFrench,
  isCents,
  multiplyCents,
  parseCents,
  shareOf,
  splitByBasisPoints,
  sumCents,
  WHOLE_BASIS_POINTS,
} from './money';
export { isSiret, parseSiret, type Siret } from './siret';
export { endOfParisDay, parisDayOf, startOfParisDay } from './paris-days';
