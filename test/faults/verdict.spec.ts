import type { RecordedEvent } from '@app/platform';
import type { Change } from './history';
import { judgeChanges, paidInTwoFiles, vouchersUsedTwice } from './verdict';

const acknowledged = (commandId: string, position: bigint): Change => ({
  ...{ name: '/v1/orders', path: '/v1/orders', key: `key of ${commandId}`, commandId },
  ...{ outcome: 'acknowledged', sent: 1, position },
});

const refused = (commandId: string): Change => ({
  ...{ name: '/v1/orders', path: '/v1/orders', key: `key of ${commandId}`, commandId },
  ...{ outcome: 'refused', sent: 2, body: { code: 'voucher_used' } },
});

type Written = Readonly<{ in: string; at: number; role?: string; type?: string; data?: object }>;

/** A log of these, one after the other from position 1 on; each of one command. */
const logOf = (...events: readonly (readonly [string, Written])[]): RecordedEvent[] =>
  events.map(
    ([commandId, { in: streamName, at: revision, role = 'funder', type, data }], place) => ({
      ...{ id: `event ${place}`, streamName, revision, position: BigInt(place + 1) },
      ...{ type: type ?? 'BooksOrdered', data: data ?? {}, recordedAt: new Date() },
      metadata: {
        ...{ commandId, requestHash: '', correlationId: '', causationId: '' },
        actor: { id: '', partyId: '', role },
      },
    }),
  );

describe('the judge of what clients were told', () => {
  it('finds nothing where each change is there once, in one piece', () => {
    const log = logOf(
      ['a', { in: 'order-1', at: 0 }],
      ['a', { in: 'order-1', at: 1 }],
      ['of a process', { in: 'agreement-1', at: 7, role: 'system' }],
      ['b', { in: 'order-2', at: 0 }],
    );
    const changes = [acknowledged('a', 2n), acknowledged('b', 4n), refused('c')];
    expect(judgeChanges(changes, log)).toEqual({ lost: [], doubled: [], broken: [] });
  });

  it('calls lost what was acknowledged and is not there', () => {
    const verdict = judgeChanges([acknowledged('a', 2n)], logOf(['b', { in: 'x-1', at: 0 }]));
    expect(verdict.lost).toHaveLength(1);
    // And the other is nobody's.
    expect(verdict.doubled).toHaveLength(1);
  });

  it.each([
    ['a second time in its stream', { in: 'order-1', at: 4 }],
    ['in another stream too', { in: 'order-2', at: 1 }],
    ['a second time at once, after its acknowledgement', { in: 'order-1', at: 1 }],
  ])('calls doubled what is there %s', (_, second) => {
    const log = logOf(['a', { in: 'order-1', at: 0 }], ['a', second]);
    expect(judgeChanges([acknowledged('a', 1n)], log).doubled).not.toEqual([]);
  });

  it('calls doubled what no client wished', () => {
    const log = logOf(['a', { in: 'order-1', at: 0 }], ['another', { in: 'order-2', at: 0 }]);
    const { doubled } = judgeChanges([acknowledged('a', 1n)], log);
    expect(doubled).toEqual(['BooksOrdered in order-2, command another: no wish']);
  });

  it('calls broken what was refused and done, what was done under another id, what is still open', () => {
    const log = logOf(['a', { in: 'order-1', at: 0 }], ['other', { in: 'order-2', at: 0 }]);
    const open: Change = { ...refused('c'), outcome: 'open' };
    const { broken } = judgeChanges([refused('a'), acknowledged('b', 2n), open], log);
    expect(broken).toHaveLength(3);
  });

  it('names a voucher that is used while it is used, and no other', () => {
    const session = (redemptionId: string, vouchers: readonly number[]): Written => {
      return {
        in: 'book-7',
        at: 0,
        type: 'VouchersRedeemed',
        data: { book: 7, vouchers, redemptionId },
      };
    };
    const back = { ...session('R1', [1, 2]), type: 'RedemptionCancelled' };
    const rightly = [
      ['a', session('R1', [1, 2])],
      ['b', back],
      ['c', session('R2', [2])],
    ] as const;
    expect(vouchersUsedTwice(logOf(...rightly))).toEqual([]);
    expect(vouchersUsedTwice(logOf(...rightly, ['d', session('R3', [1, 2])]))).toEqual([
      'voucher 2 of book 7: R2 and R3',
    ]);
  });

  it('names a payment that is in two files', () => {
    const files = new Map([
      ['E1', new Set(['F1'])],
      ['E2', new Set(['F1', 'F2'])],
    ]);
    expect(paidInTwoFiles(files)).toEqual(['payment E2 is in files F1, F2']);
  });
});
