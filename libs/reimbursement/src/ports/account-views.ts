import type { ExpectedEntry } from '../domain/bank/expected';

/** A payment file of ours, as it was issued. */
export type IssuedFile = Readonly<{
  messageId: string;
  paymentInformationId: string;
  runId: string;
  firstEndToEndId: string;
  lastEndToEndId: string;
}>;

/**
 * What views know of the ring-fenced account. They may lag, and they decide nothing: whatever is found
 * here is judged by its own stream. All methods throw `ReadModelBehind` while the view is being built.
 */
export abstract class AccountViews {
  /** Whether the view has seen the report, and so everything that was recorded before it. */
  abstract hasReport(reportId: string): boolean;

  /** Under one of these references, normalised. */
  abstract findExpected(references: readonly string[]): readonly ExpectedEntry[];

  abstract listExpectedOf(
    amountCents: number,
    status: 'expected' | 'booked',
  ): readonly ExpectedEntry[];

  /** By its MsgId or PmtInfId. */
  abstract findFile(id: string): IssuedFile | undefined;

  /** Files in whose range of end-to-end ids this one is: it need not be in any. */
  abstract listFilesAround(endToEndId: string): readonly IssuedFile[];
}
