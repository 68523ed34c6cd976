import { assignDeposit } from '../../funding/src/use-cases/assign-deposit';

export const useCase = assignDeposit;
