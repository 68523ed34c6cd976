/** Banks that change the case of an id mean the same; undefined for an id that is none of ours. */
export const ownEndToEndId = (endToEndId: string): string | undefined =>
  OURS.test(endToEndId) ? endToEndId.toLowerCase() : undefined;

const OURS = /^[0-9a-f]{32}-[1-9][0-9]?$/i;
