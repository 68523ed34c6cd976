export const story = () => undefined;
