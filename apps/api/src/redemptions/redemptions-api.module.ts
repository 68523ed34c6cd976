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
