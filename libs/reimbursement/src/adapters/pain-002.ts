import type { PaymentAnswer } from '../domain/bank/read-report';
import { childOf, childrenOf, type Node, needTextOf, textOf } from './bank-xml';

/** What the bank's system answers to a file of ours: as a whole, by payment information, by payment. */
export function readAnswers(
  message: Node,
): Readonly<{ originalMessageId: string; answers: readonly PaymentAnswer[] }> {
  const group = childOf(message, 'OrgnlGrpInfAndSts');
  const originalMessageId = needTextOf(group, 'OrgnlMsgId');
  const answers = [
    ...answerOf(group, { level: 'file', id: originalMessageId, status: 'GrpSts' }),
    ...childrenOf(message, 'OrgnlPmtInfAndSts').flatMap(readPaymentInformation),
  ];
  return { originalMessageId, answers };
}

function readPaymentInformation(information: Node): readonly PaymentAnswer[] {
  const id = needTextOf(information, 'OrgnlPmtInfId');
  return [
    ...answerOf(information, { level: 'paymentInformation', id, status: 'PmtInfSts' }),
    ...childrenOf(information, 'TxInfAndSts').flatMap((transaction) =>
      answerOf(transaction, {
        level: 'transaction',
        id: needTextOf(transaction, 'OrgnlEndToEndId'),
        status: 'TxSts',
      }),
    ),
  ];
}

/** Empty where this level has no status of its own: the levels below have. */
function answerOf(
  node: Node,
  { level, id, status: name }: PaymentAnswer,
): readonly PaymentAnswer[] {
  const status = textOf(node, name);
  if (status === undefined) return [];
  const [reason] = childrenOf(node, 'StsRsnInf');
  const reasonCode = textOf(reason, 'Rsn', 'Cd') ?? textOf(reason, 'Rsn', 'Prtry');
  return [{ level, id, status, ...(reasonCode === undefined ? {} : { reasonCode }) }];
}
