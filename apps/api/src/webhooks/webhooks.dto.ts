import { ChoiceField, InstantField, IntegerField, ListQuery, TextField } from '@app/platform';
import { KINDS, URL_LENGTH_MAX } from '@app/webhooks';

export class WebhookBody {
  @TextField({ max: URL_LENGTH_MAX, example: 'https://example.org/carnet' })
  readonly url!: string;

  @ChoiceField(KINDS, { listMax: KINDS.length, description: 'What to be told of' })
  readonly kinds!: readonly string[];
}

export class RotationBody {
  @IntegerField({
    ...{ min: 0, max: 168, optional: true },
    description: 'Hours for which messages are signed with the former secret too; 24 if left out',
  })
  readonly overlapHours?: number;
}

export class WebhooksQuery extends ListQuery {}

const STATUSES = ['pending', 'delivered', 'given-up'] as const;

export class DeliveriesQuery extends ListQuery {
  @ChoiceField(STATUSES, { optional: true })
  readonly status?: (typeof STATUSES)[number];

  @InstantField({ optional: true, description: 'Of what happened then or later' })
  readonly from?: string;

  @InstantField({ optional: true, description: 'Of what happened then or before' })
  readonly to?: string;
}

export class ReplayBody {
  @InstantField({ description: 'What happened then or later' }) readonly from!: string;
  @InstantField({ description: 'What happened then or before, at most 31 days after `from`' })
  readonly to!: string;
}
