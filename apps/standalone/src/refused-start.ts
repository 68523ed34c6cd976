/** The start is refused for a reason its user can put right, told in one line. */
export class RefusedStart extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'RefusedStart';
  }
}
