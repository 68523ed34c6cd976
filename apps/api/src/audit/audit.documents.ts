import { atLeast, documents, maybe, oneOf, orNull } from '@app/platform';
import { IDS } from '../common/examples';

const HASH = '3f0c9a1e5b7d2468ace013579bdf02468ace13579bdf02468ace13579bdf0246';
const SIGNATURE = HASH + HASH;
const DAY = '2026-03-02';

const DAY_ROW = {
  ...{ day: DAY, root: HASH, previousRoot: orNull(HASH), changes: 1_250, refusals: 12 },
  ...{ key: HASH, signature: SIGNATURE, anchoredAt: '2026-03-03T00:15:07.000Z' },
};

/** A machine's party is no id: `operator`. */
const ACTOR = { id: 'person-1', partyId: 'operator', role: 'funder' };

export const AUDIT = documents('audit', {
  listAuditDays: {
    does: 'Lists the days that have a signed root, newest first.',
    more: 'Keep the roots: they prove later that nothing of those days was changed since.',
    item: DAY_ROW,
  },
  getAuditDay: {
    does: 'Shows what the root of a day stands for: what is signed, and the signature.',
    more:
      'The root is the SHA-256 of the statement as canonical JSON (RFC 8785), the signature is Ed25519 ' +
      'of the same bytes. A day that is not over, or not anchored yet, is not found.',
    answers: {
      statement: {
        ...{ format: 'carnet-audit/1', day: DAY, previousRoot: orNull(HASH), key: HASH },
        log: {
          ...{ count: 1_250, head: HASH },
          through: orNull({ streamName: `order-${IDS.order}`, revision: 3, id: IDS.entry }),
        },
        refusals: { count: 12, head: HASH },
      },
      ...{ root: HASH, signature: SIGNATURE, anchoredAt: '2026-03-03T00:15:07.000Z' },
    },
    refuses: ['not_found'],
  },
  listAuditChanges: {
    does: 'Lists the changes of an anchored day: who, why, what and when; not what was said.',
    item: {
      ...{
        position: '81723',
        id: IDS.entry,
        streamName: `order-${IDS.order}`,
        revision: 3,
        type: 'OrderDelivered',
      },
      ...{ recordedAt: '2026-03-02T09:00:00.000Z', actor: ACTOR, commandId: IDS.report },
      ...{ correlationId: IDS.run, causationId: IDS.report, dataSha256: HASH },
    },
    refuses: ['not_found'],
  },
  listAuditRefusals: {
    does: 'Lists the refusals, failed changes and sign-ins of an anchored day.',
    more:
      'What its bounds left out is there as a count by code. A sign-in is the first time on a day that ' +
      'one api process let somebody in. After the configured days the list is empty.',
    item: {
      ...{ number: 1, kind: oneOf('refused', 'failed', 'sign-in', 'counted', 'lost', 'segment') },
      ...{ at: maybe('2026-03-02T09:00:00.000Z'), traceId: maybe(IDS.run) },
      ...{ route: maybe('POST /v1/orders/:orderId/delivery'), status: maybe(403) },
      ...{ code: maybe('forbidden'), objects: maybe([IDS.order]), actor: maybe(orNull(ACTOR)) },
      ...{
        actorId: maybe(orNull('person-1')),
        codes: maybe(atLeast({})),
        from: maybe('2026-03-02T09:00:00.000Z'),
      },
      ...{ until: maybe('2026-03-02T10:00:00.000Z'), name: maybe('…_1f2e3d4c.jsonl') },
      ...{ records: maybe(12), unreadBytes: maybe(0) },
    },
    refuses: ['not_found'],
  },
});
