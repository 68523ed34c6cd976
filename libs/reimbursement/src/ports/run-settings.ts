import type { Debtor, RunRules } from '../contract';

/** What the deployment says about runs: a preparation freezes the rules, an issue the rest. */
export abstract class RunSettings {
  abstract readonly rules: RunRules;
  /** The holder of the ring-fenced account. */
  abstract readonly debtor: Debtor;
  abstract readonly transactionsPerFileMax: number;
  /** `HH:MM` in Paris: what the bank gets later is executed the next banking day. */
  abstract readonly bankCutOffTime: string;
}
