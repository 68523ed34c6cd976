import { given } from '@app/platform/testing/given';
import { payment } from './payment';
import {
  CLAIM_CENTS,
  components,
  disputed,
  endToEndId,
  giveBack,
  granted,
  kept,
  order,
  ordered,
  reject,
  rejected,
  release,
  released,
  represent,
  returned,
  settle,
  settled,
  withdraw,
  withdrawn,
} from './payment.examples';

describe('ordering a payment', () => {
  it('begins its claim with attempt 1', () => given(payment).when(order()).then(ordered()));

  it('is done once', () => given(payment, ordered()).when(order()).thenNothing());

  it('begins with no later attempt', () =>
    given(payment).when(order(2)).thenRefused('payment_unknown'));

  it('goes under the id of its claim and attempt only', () =>
    given(payment)
      .when(order(1, { endToEndId: endToEndId(2) }))
      .thenRefused('claim_differs'));

  it('makes no attempt 2 while attempt 1 is ordered, paid, or was not granted another', () => {
    given(payment, ordered()).when(order(2)).thenRefused('claim_changed');
    given(payment, ordered(), settled('a')).when(order(2)).thenRefused('claim_changed');
    given(payment, ordered(), rejected('a')).when(order(2)).thenRefused('claim_changed');
  });

  it('makes attempt 2 once it was granted', () =>
    given(payment, ordered(), rejected('a'), granted()).when(order(2)).then(ordered(2)));

  it('skips no attempt', () =>
    given(payment, ordered(), rejected('a'), granted())
      .when(order(3))
      .thenRefused('claim_changed'));

  it('makes attempt 2 for one run only', () =>
    given(payment, ordered(), rejected('a'), granted(), ordered(2))
      .when(order(2, { runId: 'run 3' }))
      .thenRefused('claim_changed'));

  it('is unmerged: the claim to the cent and by its parts', () => {
    const history = [ordered(), rejected('a'), granted()] as const;
    given(payment, ...history)
      .when(order(2, { amountCents: CLAIM_CENTS + 1 }))
      .thenRefused('claim_differs');
    given(payment, ...history)
      .when(order(2, { components: components.slice(0, 1) }))
      .thenRefused('claim_differs');
    given(payment, ...history)
      .when(order(2, { components: [...components].reverse() }))
      .then({
        ...ordered(2),
        data: { ...ordered(2).data, components: [...components].reverse() },
      } as never);
  });

  it.each(['AC01', 'AC04', 'AC06'])('goes to no account that answered %s', (reason) => {
    const history = [ordered(), rejected('a', reason), granted()] as const;
    given(payment, ...history)
      .when(order(2, { iban: 'IBAN 1' }))
      .thenRefused('bank_account_barred');
    given(payment, ...history)
      .when(order(2))
      .then(ordered(2));
  });

  it('may go to the same account again after any other answer', () =>
    given(payment, ordered(), returned('a', 'MS03'), granted())
      .when(order(2, { iban: 'IBAN 1' }))
      .then({ ...ordered(2), data: { ...ordered(2).data, iban: 'IBAN 1' } } as never));
});

describe('a booked debit', () => {
  it('makes the payment paid', () =>
    given(payment, ordered()).when(settle('a')).then(settled('a')));

  it('counts once', () => given(payment, ordered(), settled('a')).when(settle('a')).thenNothing());

  it('outranks a rejection: owed → paid', () => {
    given(payment, ordered(), rejected('a')).when(settle('b')).then(settled('b', 'owed'));
    given(payment, ordered(), rejected('a'), granted())
      .when(settle('b'))
      .then(settled('b', 'owed'));
  });

  it('leaves no re-presentment after it', () =>
    given(payment, ordered(), rejected('a'), granted(), settled('b', 'owed'))
      .when(order(2))
      .thenRefused('claim_changed'));

  it('of an attempt that was followed by another is an alarm', () =>
    given(payment, ordered(), rejected('a'), granted(), ordered(2))
      .when(settle('b'))
      .then(disputed('b', 'later_attempt')));

  it('that comes twice, after a return, for a released claim or of another sum is an alarm', () => {
    given(payment, ordered(), settled('a')).when(settle('b')).then(disputed('b', 'settled_before'));
    given(payment, ordered(), settled('a'), returned('r'))
      .when(settle('b'))
      .then(disputed('b', 'returned_before'));
    given(payment, ordered(), rejected('a'), released)
      .when(settle('b'))
      .then(disputed('b', 'claim_released'));
    given(payment, ordered())
      .when(settle('b', 1, CLAIM_CENTS - 1))
      .then(disputed('b', 'amount_differs', { debitCents: CLAIM_CENTS - 1 }));
  });

  it('raises its alarm once', () =>
    given(payment, ordered(), settled('a'), disputed('b', 'settled_before'))
      .when(settle('b'))
      .thenNothing());

  it('of nobody is refused', () => {
    given(payment).when(settle('a')).thenRefused('payment_unknown');
    given(payment, ordered()).when(settle('a', 2)).thenRefused('payment_unknown');
  });
});

describe('a rejection', () => {
  it('puts the claim back in owed', () =>
    given(payment, ordered()).when(reject('a')).then(rejected('a')));

  it.each(['AC01', 'AC04', 'AC06'])('of %s bars the account', (reason) =>
    given(payment, ordered()).when(reject('a', reason)).then(rejected('a', reason)),
  );

  it('counts once, from whichever report', () => {
    given(payment, ordered(), rejected('a')).when(reject('a')).thenNothing();
    given(payment, ordered(), rejected('a')).when(reject('b')).thenNothing();
  });

  it('after the debit is kept and changes nothing', () => {
    given(payment, ordered(), settled('a')).when(reject('b')).then(kept('b'));
    given(payment, ordered(), settled('a'), kept('b')).when(reject('b')).thenNothing();
    given(payment, ordered(), settled('a'), kept('b')).when(giveBack('r')).then(returned('r'));
    given(payment, ordered(), settled('a'), returned('r')).when(reject('b')).then(kept('b'));
  });
});

describe('a return', () => {
  it('undoes paid, back to owed', () =>
    given(payment, ordered(), settled('a')).when(giveBack('r')).then(returned('r')));

  it('counts once', () =>
    given(payment, ordered(), settled('a'), returned('r')).when(giveBack('r')).thenNothing());

  it('waits for its debit', () => {
    given(payment, ordered()).when(giveBack('r')).thenRefused('payment_not_settled');
    given(payment, ordered(), rejected('a')).when(giveBack('r')).thenRefused('payment_not_settled');
  });

  it('of another sum, or a second time, is for a person', () => {
    given(payment, ordered(), settled('a'))
      .when(giveBack('r', { amountCents: CLAIM_CENTS - 1 }))
      .thenRefused('amount_differs');
    given(payment, ordered(), settled('a'), returned('r'))
      .when(giveBack('s'))
      .thenRefused('already_so');
  });
});

describe('a re-presentment', () => {
  it('is granted on evidence that names the failed attempt', () => {
    given(payment, ordered(), rejected('a')).when(represent()).then(granted());
    given(payment, ordered(), settled('a'), returned('r')).when(represent()).then(granted());
    given(payment, ordered(), rejected('a')).when(represent(2)).thenRefused('evidence_differs');
    given(payment, ordered(), rejected('a'), granted(), ordered(2), rejected('b', 'AM09', 2))
      .when(represent(1))
      .thenRefused('evidence_differs');
  });

  it('is granted once', () =>
    given(payment, ordered(), rejected('a'), granted())
      .when(represent())
      .thenRefused('already_so'));

  it('is for a claim that failed', () => {
    given(payment, ordered()).when(represent()).thenRefused('claim_not_open');
    given(payment, ordered(), settled('a')).when(represent()).thenRefused('claim_not_open');
    given(payment, ordered(), rejected('a'), released)
      .when(represent())
      .thenRefused('claim_not_open');
  });

  it('waits for a person after a second return', () => {
    const once = [ordered(), settled('a'), returned('r')] as const;
    const twice = [
      ...once,
      granted(),
      ordered(2),
      settled('b', 'inRun', 2),
      returned('s', 'AM09', 2),
    ];
    given(payment, ...once)
      .when(represent(1, true))
      .then(granted());
    given(payment, ...twice)
      .when(represent(2, true))
      .thenRefused('person_required');
    given(payment, ...twice)
      .when(represent(2))
      .then(granted(3));
  });

  it('waits again when the version that took it never had a file', () => {
    const taken = [ordered(), rejected('a'), granted(), ordered(2)] as const;
    given(payment, ...taken)
      .when(withdraw())
      .then(withdrawn());
    given(payment, ...taken)
      .when(withdraw('run 2', 2))
      .thenNothing();
    given(payment, ...taken)
      .when(withdraw('run 1'))
      .thenNothing();
    given(payment, ...taken, withdrawn())
      .when(withdraw())
      .thenNothing();
    given(payment, ...taken, withdrawn())
      .when(order(2, { version: 2 }))
      .then({
        ...ordered(2),
        data: { ...ordered(2).data, version: 2 },
      } as never);
    given(payment, ...taken, withdrawn())
      .when(settle('b'))
      .then(settled('b', 'owed'));
  });

  it('is never withdrawn once answered, and a first attempt never is', () => {
    given(payment, ordered(), rejected('a'), granted(), ordered(2), settled('b', 'inRun', 2))
      .when(withdraw())
      .thenNothing();
    given(payment, ordered()).when(withdraw('run 1')).thenNothing();
  });
});

describe('releasing a claim', () => {
  it('is for one that failed, with or without a grant', () => {
    given(payment, ordered(), rejected('a')).when(release).then(released);
    given(payment, ordered(), rejected('a'), granted()).when(release).then(released);
    given(payment, ordered(), rejected('a'), released).when(release).thenNothing();
  });

  it('is not for one that may still be, or is, paid', () => {
    given(payment, ordered()).when(release).thenRefused('claim_not_open');
    given(payment, ordered(), settled('a')).when(release).thenRefused('claim_not_open');
  });

  it('leaves no attempt after it', () =>
    given(payment, ordered(), rejected('a'), granted(), released)
      .when(order(2))
      .thenRefused('claim_changed'));
});
