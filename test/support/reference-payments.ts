import type { RecordedEvent } from '@app/platform';
import type { Component, PayeeFact, PaymentFact, RunFact } from '@app/reimbursement/contract';

/** Money of one agreement at one place on its way to the payee, or back. */
export type PaymentMove = Component & Readonly<{ organisationId: string; from: Place; to: Place }>;

type Place = 'owed' | 'inRun' | 'paid';
type Fact = RunFact | PaymentFact | PayeeFact;

/** What an event of reimbursement moves, by the posting table of its README; nothing for the others. */
export function paymentMovesOf(event: Pick<RecordedEvent, 'type' | 'data'>): PaymentMove[] {
  const { type, data } = event as Fact;
  switch (type) {
    case 'LinesFrozen':
      return data.lines.flatMap((line) => moves(line, 'owed', 'inRun'));
    case 'LinesReleased':
      return data.lines.flatMap((line) => moves(line, 'inRun', 'owed'));
    case 'PaymentSettled':
      return moves(data, data.from, 'paid');
    case 'PaymentRejected':
      return moves(data, 'inRun', 'owed');
    case 'PaymentReturned':
    case 'DebtRepaid':
      return moves(data, 'paid', 'owed');
    default:
      return [];
  }
}

const moves = (
  of: Readonly<{ organisationId: string; components: readonly Component[] }>,
  from: Place,
  to: Place,
): PaymentMove[] => {
  const { organisationId } = of;
  return of.components.map((component) => ({ ...component, organisationId, from, to }));
};
