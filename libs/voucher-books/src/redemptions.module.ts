import { Module } from '@nestjs/common';
import { CancelRedemptionHandler } from './use-cases/cancel-redemption';
import { RedeemVouchersHandler } from './use-cases/redeem-vouchers';
import { VoucherQuestions } from './use-cases/voucher-questions';

/**
 * What places and holders do with vouchers. Whoever imports it provides `AggregateStore`,
 * `BookLookup`, `VoucherCodes`, `CodeGate`, `CommandLookup`, `RunCalendar` and `Clock` globally.
 */
@Module({
  providers: [RedeemVouchersHandler, CancelRedemptionHandler, VoucherQuestions],
  exports: [VoucherQuestions],
})
export class RedemptionsModule {}
