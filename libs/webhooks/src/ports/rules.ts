/** What a deployment lets endpoints be. */
export abstract class WebhookRules {
  /** Endpoints may be on this machine, over HTTP: said by tests alone, in code. */
  abstract readonly loopback: boolean;
}
