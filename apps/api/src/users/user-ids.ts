import { userIdOf } from '@app/platform';

/** Ids of the users that the configured issuer knows. */
export class UserIds {
  constructor(private readonly issuer: string) {}

  of(subject: string): string {
    return userIdOf(this.issuer, subject);
  }
}
