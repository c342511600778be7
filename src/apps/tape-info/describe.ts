import { createHash } from 'node:crypto';
import { createReadStream, existsSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isRecording } from '../../adapters/recording/recording-reader.ts';
import { type RecordingReport, reportRecording } from '../../adapters/recording/recording-report.ts';
import { type ReportOptions, reportTape, type TapeReport } from '../../adapters/replay/tape-report.ts';
import { parseSource } from '../../adapters/replay/tape-source.ts';
import { faultWords } from '../../ports/fault-words.ts';
import type { FileInfo } from './report.ts';

/** Reads a file twice, once for what it holds and once for its checksum, and never holds more than a piece of it. */
export async function describeFile(argument: string, options: ReportOptions): Promise<FileInfo> {
  const source = parseSource(argument);
  const { path } = source;
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return unreadable(path, 'there is no such file');
  if (!there.isFile()) return unreadable(path, 'it is no file');
  const sum = await checksum(path);
  if (!sum.ok) return unreadable(path, sum.problem);
  const found = (await isRecording(path)) ? await ofRecording(path, options) : await ofTape(source, options);
  const published = await publishedChecksum(path);
  const bytes = { bytes: there.size, sha256: sum.value };
  if (published === undefined) return { ...found, ...bytes };
  if (published === sum.value) {
    return { ...found, ...bytes, remarks: [...found.remarks, `the checksum is that of ${basename(path)}.CHECKSUM`] };
  }
  return { ...found, ...bytes, damage: `its checksum is not that of ${basename(path)}.CHECKSUM: fetch it again` };
}

async function ofTape(source: ReturnType<typeof parseSource>, options: ReportOptions): Promise<FileInfo> {
  const report = await reportTape(source, options);
  return report.ok
    ? tapeInfo(source.path, report.value)
    : unreadable(source.path, withoutName(report.problem, source.path));
}

function tapeInfo(path: string, report: TapeReport): FileInfo {
  const { kind, symbol, rowCount, firstTimeMs, lastTimeMs, silences, missingIds, totalBytes } = report;
  const count = (name: string): number => report.problems.find((problem) => problem.name === name)?.count ?? 0;
  const torn = report.problems.find(({ name }) => name === 'cut short or damaged');
  return {
    ...{ path, kind, symbols: [symbol], rows: rowCount, firstTimeMs, lastTimeMs, gaps: silences, missingIds },
    duplicates: count('duplicate'),
    outOfOrder: count('out of order'),
    problems: report.problems.filter((problem) => problem !== torn),
    bytes: totalBytes,
    remarks: [],
    damage: torn && `it is cut short or damaged in line ${torn.firstLine}: ${torn.detail}`,
  };
}

async function ofRecording(path: string, { onProgress }: ReportOptions): Promise<FileInfo> {
  const report = await reportRecording(path, onProgress);
  return report.ok ? recordingInfo(path, report.value) : unreadable(path, withoutName(report.problem, path));
}

function recordingInfo(path: string, report: RecordingReport): FileInfo {
  const { header, ending, stepCount, symbols, firstTimeMs, lastTimeMs, gaps, counts, totalBytes } = report;
  const steps = Object.entries(counts).map(([kind, count]) => `${kind} ${count}`);
  const begun = new Date(header.wallTimeMs).toISOString();
  const remarks = [
    `part ${header.part} of the session ${header.session.slice(0, 8)}, ${header.source}, begun ${begun} by version ${header.version}`,
    ...(steps.length === 0 ? [] : [steps.join(', ')]),
    ...(ending.kind === 'open'
      ? ['it was not closed: the program was killed or runs still. What it holds is whole']
      : []),
    ...(ending.kind === 'closed' && ending.end.continues ? [`it goes on in part ${header.part + 1}`] : []),
  ];
  return {
    ...{ path, kind: 'recording', symbols, rows: stepCount, firstTimeMs, lastTimeMs, gaps },
    ...{ duplicates: 0, outOfOrder: 0, problems: [], bytes: totalBytes, remarks },
    damage: ending.kind === 'torn' ? `at byte ${ending.atByte}: ${ending.problem}` : undefined,
  };
}

/** The line of a file names it already. */
function withoutName(problem: string, path: string): string {
  const name = [path, basename(path)].find((each) => problem.startsWith(`${each}: `));
  return name === undefined ? problem : problem.slice(name.length + 2);
}

function unreadable(path: string, damage: string): FileInfo {
  const nothing = { symbols: [], rows: 0, gaps: { count: 0, totalMs: 0 }, duplicates: 0, outOfOrder: 0, problems: [] };
  return { path, ...nothing, bytes: 0, remarks: [], damage };
}

async function checksum(path: string): Promise<{ ok: true; value: string } | { ok: false; problem: string }> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(path, { highWaterMark: 1_048_576 })) hash.update(piece as Buffer);
    return { ok: true, value: hash.digest('hex') };
  } catch (error) {
    return { ok: false, problem: `cannot be read: ${faultWords(error)}` };
  }
}

/** What Binance publishes beside a dump: `<64 hexadecimal digits>  <name>`. */
async function publishedChecksum(path: string): Promise<string | undefined> {
  if (!existsSync(`${path}.CHECKSUM`)) return undefined;
  const text = await readFile(`${path}.CHECKSUM`, 'utf8');
  return /^[0-9a-f]{64}\b/i.exec(text)?.[0].toLowerCase() ?? '';
}
