import { basename } from 'node:path';
import type { FileInfo } from './report.ts';

const COLUMNS = ['file', 'kind', 'symbol', 'rows', 'first', 'last', 'gaps', 'double', 'unordered', 'refused', 'sha256'];
const RIGHT = new Set(['rows', 'gaps', 'double', 'unordered', 'refused']);

/** A line for each file, and below it what a number cannot say. */
export function infoTable(files: readonly FileInfo[]): string {
  const rows = files.map(cellsOf);
  const widths = COLUMNS.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) =>
        RIGHT.has(COLUMNS[column]!) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  const lines = [line(COLUMNS)];
  files.forEach((file, index) => {
    lines.push(line(rows[index]!), ...detailsOf(file).map((detail) => `  ${detail}`));
  });
  return `${lines.join('\n')}\n`;
}

function cellsOf(file: FileInfo): string[] {
  const { symbols, gaps, duplicates, outOfOrder, problems } = file;
  const refused = problems.filter(({ name }) => !KEPT.has(name)).reduce((sum, { count }) => sum + count, 0);
  const symbol = symbols.length > 2 ? `${symbols.length} instruments` : symbols.join(' ');
  return [
    ...[basename(file.path), file.kind ?? '?', symbol, String(file.rows), timeOf(file.firstTimeMs)],
    ...[timeOf(file.lastTimeMs), String(gaps.count), String(duplicates), String(outOfOrder), String(refused)],
    file.sha256?.slice(0, 12) ?? '',
  ];
}

/** Problems that do not cost the row. */
const KEPT = new Set(['price finer than tick']);

function detailsOf({ kind, damage, problems, gaps, missingIds, remarks }: FileInfo): string[] {
  const details: string[] = [];
  if (damage !== undefined) details.push(`${kind === undefined ? 'UNREADABLE' : 'DAMAGED'}: ${damage}`);
  for (const { name, count, lines, detail } of problems) {
    const more = count > lines.length ? ', …' : '';
    const where = lines.length === 0 ? '' : `, in line ${lines.join(', ')}${more}`;
    details.push(`${name}: ${count}${where}${detail === '' ? '' : `: ${detail}`}`);
  }
  if (gaps.longest !== undefined) {
    const { fromMs, toMs } = gaps.longest;
    details.push(`gaps: ${seconds(gaps.totalMs)} in all, the longest ${seconds(toMs - fromMs)} from ${timeOf(fromMs)}`);
  }
  if (missingIds !== undefined && missingIds > 0)
    details.push(`${missingIds} trade ids between the first and the last are not there`);
  return [...details, ...remarks];
}

const timeOf = (timeMs: number | undefined): string => (timeMs === undefined ? '' : new Date(timeMs).toISOString());

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
