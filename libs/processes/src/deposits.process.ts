import { ConfirmFunds, RecallFunds, ReceiveFunds } from '@app/funding';
import type { DepositAssigned, DepositConfirmed, DepositRecalled } from '@app/funding/contract';
import { asks, send, type Process } from '@app/platform';

type Fact = DepositAssigned | DepositConfirmed | DepositRecalled;

/** A deposit's stream is the truth of the money; its agreement hears of it here. */
export const depositsProcess: Process<Fact> = {
  name: 'deposits',
  facts: ['DepositAssigned', 'DepositConfirmed', 'DepositRecalled'],
  instanceOf: ({ data }) => data.agreementId,
  onPoison: 'stop',
  react: ({ type, data }) => {
    const { agreementId, depositId, amountCents } = data;
    const funds = { agreementId, depositId, amountCents };
    switch (type) {
      case 'DepositAssigned':
        return [send(asks(ReceiveFunds, funds))];
      case 'DepositConfirmed':
        return [send(asks(ConfirmFunds, funds))];
      case 'DepositRecalled':
        return [send(asks(RecallFunds, { ...funds, wasConfirmed: data.wasConfirmed }))];
    }
  },
};
