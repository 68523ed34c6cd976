import type { RecordedEvent } from '@app/platform';
import type { Invariant } from './invariant';
import { BankAgreement } from './invariants/bank-agreement';
import { Conservation } from './invariants/conservation';
import { FaceValue } from './invariants/face-value';
import { FourEyes } from './invariants/four-eyes';
import { PaidOnce } from './invariants/paid-once';
import { RedeemedOnce } from './invariants/redeemed-once';
import { RightPlace } from './invariants/right-place';
import { RunSums } from './invariants/run-sums';
import { LegalTransitions } from './invariants/transitions';
import { MoneyType, Time } from './invariants/values';

/** One place in the log at which an invariant did not hold. */
export type Finding = Readonly<{
  invariant: string;
  what: string;
  streamName: string;
  /** Decimal text; absent for what only the end of the log told. */
  position?: string;
}>;

/** Every invariant over one log, event by event in its order. */
export class Audit {
  readonly invariants: readonly Invariant[] = [
    ...[new Conservation(), new FaceValue(), new RedeemedOnce(), new RightPlace()],
    ...[new PaidOnce(), new RunSums(), new FourEyes(), new BankAgreement()],
    new LegalTransitions(),
    ...[new MoneyType(), new Time()],
  ];
  readonly broken = new Set<string>();
  #events = 0;

  constructor(private readonly onFinding: (finding: Finding) => void) {}

  get events(): number {
    return this.#events;
  }

  see(event: RecordedEvent): void {
    this.#events += 1;
    const { streamName } = event;
    for (const invariant of this.invariants) {
      const position = event.position.toString();
      const tell = (what: string): void => this.#found(invariant, { what, streamName, position });
      try {
        invariant.see(event, tell);
      } catch (error) {
        tell(error instanceof Error ? error.message : String(error));
      }
    }
  }

  end(): void {
    for (const invariant of this.invariants) {
      invariant.end((what) => this.#found(invariant, { what, streamName: '' }));
    }
  }

  #found({ id }: Invariant, finding: Omit<Finding, 'invariant'>): void {
    this.broken.add(id);
    this.onFinding({ invariant: id, ...finding });
  }
}
