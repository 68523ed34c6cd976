export type Deposit = 'assigned';
