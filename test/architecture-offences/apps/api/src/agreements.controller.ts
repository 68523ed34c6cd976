export const agreements = () => undefined;
