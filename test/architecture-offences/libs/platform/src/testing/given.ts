export const given = () => undefined;
