import { TextField } from '@app/platform';

/** Why, in a person's words. */
export class ReasonBody {
  @TextField({ max: 500 }) readonly reason!: string;
}
