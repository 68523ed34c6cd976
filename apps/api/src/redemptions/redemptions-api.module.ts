import type { RefusalStatuses } from '@app/platform';
import { RedemptionsModule } from '@app/voucher-books';
import { Module } from '@nestjs/common';
import { RedemptionsController } from './redemptions.controller';
import { VouchersController } from './vouchers.controller';

/**
 * What places and holders do with vouchers, over HTTP. Whoever imports it provides globally what
 * `RedemptionsModule` needs, `BeneficiaryReferences`, and the queries of the read models.
 */
@Module({
  imports: [RedemptionsModule],
  controllers: [RedemptionsController, VouchersController],
})
export class RedemptionsApiModule {}

/** What is refused with another status than 409. */
export const REDEMPTION_STATUSES: RefusalStatuses = {
  code_check: 422,
  code_format: 422,
  code_repeated: 422,
  codes_of_several_books: 422,
  idempotency_mismatch: 422,
  place_unknown: 404,
  redemption_unknown: 404,
  too_many_attempts: 429,
  voucher_unknown: 404,
};
