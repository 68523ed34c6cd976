import type { Address } from '@app/places/contract';

/**
 * The département of a French address: `58`, `2A`, `974`; empty elsewhere. The commune code says it;
 * without one the postcode does, which a few communes at a border share with their neighbours.
 */
export const departmentOf = ({ country, communeCode, postalCode }: Address): string => {
  if (country !== 'FR') return '';
  const code = communeCode ?? postalCode;
  if (/^9[78]/.test(code)) return code.slice(0, 3);
  if (communeCode === undefined && code.startsWith('20')) return code < '20200' ? '2A' : '2B';
  return code.slice(0, 2);
};
