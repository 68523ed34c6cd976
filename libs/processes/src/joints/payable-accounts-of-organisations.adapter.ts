import { findPayableAccount, organisation, type Organisation } from '@app/places';
import type { OrganisationFact } from '@app/places/contract';
import { AggregateStore, manyAtOnce, type FactOf } from '@app/platform';
import { PayableAccounts, type PayableAccount } from '@app/reimbursement';
import { Injectable } from '@nestjs/common';

const STREAMS_AT_ONCE = 64;

type Asked = Parameters<PayableAccounts['fetchAccounts']>[1];
type Change = PayableAccount['changes'][number];

/** Where organisations are paid, read from their streams and nothing else. */
@Injectable()
export class PayableAccountsOfOrganisations extends PayableAccounts {
  constructor(private readonly aggregates: AggregateStore) {
    super();
  }

  fetchAccounts(
    organisationIds: readonly string[],
    asked: Asked,
  ): Promise<readonly PayableAccount[]> {
    return manyAtOnce(organisationIds, STREAMS_AT_ONCE, (id) => this.#fetchAccount(id, asked));
  }

  async #fetchAccount(organisationId: string, { at, upTo }: Asked): Promise<PayableAccount> {
    let state: Organisation = organisation.initialState;
    const changes: Change[] = [];
    for await (const event of this.aggregates.readEvents(organisation, organisationId)) {
      if (upTo !== undefined && event.position > upTo) break;
      state = organisation.evolve(state, event);
      const change = changeOf(event);
      if (change) changes.push(change);
    }
    return { organisationId, account: accountOf(state, at), changes };
  }
}

function accountOf(state: Organisation, at: string): PayableAccount['account'] {
  const payable = findPayableAccount(state, at);
  if (payable === undefined || state.status === 'unknown') return 'none';
  if (payable === 'quarantined') return payable;
  const { bankAccountId, account } = payable;
  const { iban, bic, holderName } = account;
  const { street, postalCode, city, country } = state.details.address;
  const address = { street, postalCode, city, country };
  return { bankAccountId, iban, ...(bic === undefined ? {} : { bic }), holderName, address };
}

function changeOf({ type, data }: FactOf<OrganisationFact>): Change | undefined {
  const { organisationId } = data;
  switch (type) {
    case 'BankAccountDeclared':
      return { organisationId, changedBy: data.declaredBy, changedAt: data.declaredAt };
    case 'BankAccountRevoked':
      return { organisationId, changedBy: data.revokedBy, changedAt: data.revokedAt };
    default:
      return undefined;
  }
}
