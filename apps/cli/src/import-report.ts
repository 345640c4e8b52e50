/** What an import says in the end: how every event of the log ended, and what the views show. */
import { type ImportResult } from '#modules/exchange/index';
import { duration, figure } from './figures.ts';

/** Cases of a platform by status. */
export type CaseCounts = Readonly<Record<string, number>>;

export interface ImportReport {
  readonly result: ImportResult;
  /** Absent where the views were not brought up to date. */
  readonly cases: CaseCounts | undefined;
  readonly importMs: number;
  readonly viewsMs: number;
}

const DECIDED = ['rejected', 'withdrawn', 'approved', 'expired'] as const;

/** Decided ones each, the rest as open. */
function summaryOf(cases: CaseCounts) {
  const total = Object.values(cases).reduce((sum, count) => sum + count, 0);
  const decided = DECIDED.map((status) => [status, cases[status] ?? 0] as const);
  const open = decided.reduce((left, [, count]) => left - count, total);
  return { total, ...Object.fromEntries(decided), open };
}

export function importReport({ result, cases, importMs, viewsMs }: ImportReport): string {
  const { logEvents, domainEvents, refusals } = result;
  const history = countsOf(
    result.outcomes.filter(({ end }) => end === 'history').map((row) => [row.reason!, row.events]),
  );
  const lines = [
    `${result.file} (SHA-256 ${result.digest}) on platform ${result.platform}:`,
    row('traces', result.traces),
    row('events of the log', logEvents.total),
    row('  with a meaning', logEvents.meant),
    row('  history', logEvents.history, history),
    row('  refused', logEvents.refused, countsOf(Object.entries(refusals))),
    row('events of cases', domainEvents.total),
    row('  appended', domainEvents.appended),
    row('  already there', domainEvents.alreadyThere),
    ...result.refusalExamples.map(
      ({ reason, trace, index, line }) =>
        `  refused: ${reason}, event ${index} of trace ${JSON.stringify(trace.slice(0, 80))}, line ${line}`,
    ),
  ];
  if (cases) {
    const { total, ...parts } = summaryOf(cases);
    lines.push(`Cases of platform ${result.platform}, as the views show them:`);
    lines.push(row('cases', total));
    for (const [status, count] of Object.entries(parts)) lines.push(row(`  ${status}`, count));
  }
  if (result.error) {
    lines.push(
      `The log could not be read to its end: ${result.error.message}`,
      'Everything before that place is imported.',
    );
  }
  if (result.stopped) lines.push('Stopped before the end of the log; run it again to go on.');
  lines.push(`Import ${duration(importMs)}, views ${duration(viewsMs)}.`, '');
  return lines.join('\n');
}

function row(label: string, count: number, more = ''): string {
  const text = `  ${label.padEnd(20)}${figure(count).padStart(12)}`;
  return more === '' ? text : `${text}  (${more})`;
}

function countsOf(pairs: readonly (readonly [string, number])[]): string {
  const sums = new Map<string, number>();
  for (const [name, count] of pairs) sums.set(name, (sums.get(name) ?? 0) + count);
  return [...sums].map(([name, count]) => `${name} ${figure(count)}`).join(', ');
}

export function importReportJson({ result, cases, importMs, viewsMs }: ImportReport): string {
  const { error, position: _position, ...counted } = result;
  const report = {
    ...counted,
    error: error
      ? { code: error.code, file: error.file, reason: error.reason, ...error.place }
      : null,
    cases: cases ? { ...summaryOf(cases), byStatus: cases } : null,
    importMs: Math.round(importMs),
    viewsMs: Math.round(viewsMs),
  };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
