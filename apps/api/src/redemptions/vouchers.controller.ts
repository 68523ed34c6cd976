import { ChangesNothing, Clock, CurrentActor, Documented, type Actor } from '@app/platform';
import { BeneficiaryQueries } from '@app/read-models';
import { BeneficiaryReferences, VoucherQuestions } from '@app/voucher-books';
import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { REDEMPTIONS } from './redemptions.documents';
import { BeneficiaryBalanceBody, CheckBody, HolderBalanceBody } from './redemptions.dto';

/** Questions about vouchers. They are POSTs because a code never stands in an address. */
@Controller('v1')
export class VouchersController {
  constructor(
    private readonly questions: VoucherQuestions,
    private readonly beneficiaries: BeneficiaryQueries,
    private readonly references: BeneficiaryReferences,
    private readonly clock: Clock,
  ) {}

  @Post('vouchers/check')
  @Documented(REDEMPTIONS.checkVoucher)
  @HttpCode(200)
  @ChangesNothing()
  check(@Body() { code, placeId }: CheckBody, @CurrentActor() actor: Actor, @Ip() address: string) {
    return this.questions.check(actor, { code, placeId, address });
  }

  /** For whoever holds the book: what is left, never where anything was spent. */
  @Post('holder/balance')
  @Documented(REDEMPTIONS.getHolderBalance)
  @HttpCode(200)
  @ChangesNothing()
  holderBalance(@Body() { code }: HolderBalanceBody, @Ip() address: string) {
    return this.questions.holderBalance({ code, address });
  }

  /** For the prescriber that gave the reference; it means nothing to another one. */
  @Post('beneficiaries/balance')
  @Documented(REDEMPTIONS.getBeneficiaryBalance)
  @HttpCode(200)
  @ChangesNothing()
  beneficiaryBalance(
    @Body() { beneficiaryRef: reference }: BeneficiaryBalanceBody,
    @CurrentActor() { partyId: prescriberId }: Actor,
  ) {
    const beneficiaryRef = this.references.pseudonymOf({ prescriberId, reference });
    return this.beneficiaries.getBalance({ prescriberId, beneficiaryRef }, this.clock.today());
  }
}
