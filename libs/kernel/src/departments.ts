/**
 * Code of the département in which a commune lies, by its INSEE code: the first two symbols (2A and
 * 2B in Corsica), three overseas.
 */
export const departmentOfCommune = (communeCode: string): string =>
  communeCode.startsWith('97') || communeCode.startsWith('98')
    ? communeCode.slice(0, 3)
    : communeCode.slice(0, 2);

/**
 * The same by postcode, for addresses without commune code. La Poste's offices serve some communes
 * of a neighbouring département, so the commune code is better where it is known.
 */
export const departmentOfPostcode = (postcode: string): string => {
  if (!postcode.startsWith('20')) return departmentOfCommune(postcode);
  return postcode < '20200' ? '2A' : '2B';
};
