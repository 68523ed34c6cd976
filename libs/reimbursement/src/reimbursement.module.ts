import { Module } from '@nestjs/common';
import { BANK_HANDLERS } from './use-cases/bank';
import { PAYMENT_HANDLERS } from './use-cases/payments';
import { RUN_HANDLERS } from './use-cases/runs';
import { TREASURY_HANDLERS } from './use-cases/treasury';

/**
 * Handlers of reimbursement's wishes. Whoever imports it provides `AggregateStore`, `Clock`,
 * `PaymentFiles` and the ports of `ports/` globally.
 */
@Module({
  providers: [...RUN_HANDLERS, ...PAYMENT_HANDLERS, ...BANK_HANDLERS, ...TREASURY_HANDLERS],
})
export class ReimbursementModule {}
