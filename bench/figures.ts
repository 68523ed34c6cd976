/** One measured number. `limit` is what the same machine allowed in the same run, in the same unit. */
export type Figure = Readonly<{
  case: string;
  figure: string;
  value: number;
  unit: string;
  limit?: number;
  /** value / limit unless given: the median of what the windows gave is steadier than that. */
  ratio?: number;
  /** What to reach: a bound on the value, or on the ratio where there is a limit. */
  goal?: Readonly<{ atLeast: number } | { atMost: number }>;
}>;

/** What a suite gets: how thorough to be, and where its figures go. */
export type Bench = Readonly<{ quick: boolean; report: (figure: Figure) => void }>;

export type Suite = (bench: Bench) => Promise<void>;

export type Line = Readonly<{
  suite: string;
  case: string;
  figure: string;
  value: number;
  unit: string;
  limit?: number;
  ratio?: number;
  goal?: string;
  met?: boolean;
}>;

/** The figure with its ratio and its verdict, ready to print. */
export function toLine(suite: string, { goal, limit, ratio: given, ...figure }: Figure): Line {
  const value = rounded(figure.value);
  const line = { suite, ...figure, value };
  const ratio = limit === undefined ? undefined : (given ?? figure.value / limit);
  const judged = ratio ?? figure.value;
  const ofLimit = ratio === undefined ? ` ${figure.unit}` : ' of limit';
  return {
    ...line,
    ...(limit === undefined ? {} : { limit: rounded(limit), ratio: rounded(ratio ?? 0) }),
    ...(goal && 'atLeast' in goal
      ? { goal: `≥ ${goal.atLeast}${ofLimit}`, met: judged >= goal.atLeast }
      : {}),
    ...(goal && 'atMost' in goal
      ? { goal: `≤ ${goal.atMost}${ofLimit}`, met: judged <= goal.atMost }
      : {}),
  };
}

/** A Markdown table of all lines. */
export function toTable(lines: readonly Line[]): string {
  const rows = lines.map((line) => [
    line.case,
    line.figure,
    `${line.value.toLocaleString('en')} ${line.unit}`,
    line.limit?.toLocaleString('en') ?? '',
    line.ratio?.toString() ?? '',
    line.goal ?? '',
    line.met === undefined ? '' : line.met ? 'yes' : '**no**',
  ]);
  const head = ['case', 'figure', 'value', 'limit', 'ratio', 'goal', 'met'];
  const rule = head.map(() => '---');
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Three significant digits, or whole numbers: more would claim a precision no run has. */
function rounded(value: number): number {
  return Math.abs(value) >= 1_000 ? Math.round(value) : Number(value.toPrecision(3));
}
