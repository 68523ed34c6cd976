export const BANK_HANDLERS = [];
