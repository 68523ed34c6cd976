export const assignDeposit = () => undefined;
