/** Where the store says what an operator should know. */
export type Log = Readonly<{
  info: (message: string) => void;
  warn: (message: string) => void;
  error: (message: string) => void;
}>;

export const SILENT: Log = { info: () => {}, warn: () => {}, error: () => {} };
