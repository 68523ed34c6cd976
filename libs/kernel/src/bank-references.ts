/** As banks compare references: case and spaces do not tell two apart. */
export const normaliseReference = (reference: string): string =>
  reference.replaceAll(/\s+/g, '').toUpperCase();
