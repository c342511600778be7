import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { faultWords } from '../../src/ports/fault-words.ts';
import type { BookSnapshot, Level } from './market.ts';
import { VenueRefusal } from './refusal.ts';

/** One frame of a capture. */
export interface CapturedFrame {
  /** When it was received, by the venue's clock, UTC milliseconds; never less than that of the frame before. */
  readonly atMs: number;
  readonly stream: string;
  readonly symbol: string;
  /** `data` as it was received, to the byte. */
  readonly payload: string;
}

export interface Capture {
  readonly name: string;
  readonly frames: readonly CapturedFrame[];
  /** What REST answered to the recorder, by symbol. */
  readonly snapshots: ReadonlyMap<string, BookSnapshot>;
}

interface RawLine {
  readonly receivedMs: number;
  readonly text: string;
}

/**
 * Reads a raw capture: lines of `<time of receipt, us or ns> <combined frame as received>`, and between them the answers
 * to `GET /fapi/v1/depth`. The recorder's clock may be off by seconds, so its times are moved until half of the frames
 * arrive after and half before the venue says it sent them: pace is the recorder's, time the venue's.
 */
export function readCapture(path: string): Capture {
  const text = readText(path);
  const name = basename(path);
  const lines = text
    .split('\n')
    .flatMap((line, index) => (line === '' ? [] : [readLine(line, `${name}:${index + 1}`)]));
  const offsetMs = medianOffset(lines);
  const frames: CapturedFrame[] = [];
  const snapshots = new Map<string, BookSnapshot>();
  const unnamed: BookSnapshot[] = [];
  let atMs = 0;
  for (const { receivedMs, text: json } of lines) {
    atMs = Math.max(atMs, Math.floor(receivedMs + offsetMs));
    const found = /^\{"stream":"([^"]+)","data":/.exec(json);
    if (found !== null) {
      const stream = found[1]!;
      const symbol = stream.split('@')[0]!.toUpperCase();
      frames.push({ atMs, stream, symbol, payload: json.slice(found[0].length, -1) });
      continue;
    }
    const value = readAnswer(json, name);
    if (value.rest_depth_symbol === undefined) unnamed.push(readSnapshot(value));
    else snapshots.set(value.rest_depth_symbol, readSnapshot(value.data));
  }
  if (frames.length === 0) throw new VenueRefusal(`venue: ${name} is no raw capture: there is no frame in it`);
  const symbols = new Set(frames.map(({ symbol }) => symbol));
  const [symbol] = symbols;
  // The recorder of one contract did not write down of which one a snapshot is.
  if (unnamed[0] !== undefined && symbols.size === 1) snapshots.set(symbol!, unnamed[0]);
  const depth = frames.find(({ stream }) => stream.includes('@depth'));
  if (depth !== undefined && !depth.payload.includes('"pu":')) {
    throw new VenueRefusal(`venue: ${name} is a capture of spot, whose protocol is another one`);
  }
  return { name, frames, snapshots };
}

function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString('utf8');
  } catch (error) {
    throw new VenueRefusal(`venue: the capture ${path} cannot be read: ${faultWords(error)}`);
  }
}

function readAnswer(json: string, name: string): { rest_depth_symbol?: string; data?: unknown } {
  try {
    return JSON.parse(json) as { rest_depth_symbol?: string; data?: unknown };
  } catch {
    throw new VenueRefusal(`venue: ${name} has a line that is neither a frame nor an answer: ${json.slice(0, 40)}`);
  }
}

function readLine(line: string, where: string): RawLine {
  const space = line.indexOf(' ');
  const time = line.slice(0, space);
  if (!/^(\d{16}|\d{19})$/.test(time)) throw new VenueRefusal(`venue: ${where} does not begin with a time in us or ns`);
  return { receivedMs: Number(time.slice(0, 16)) / 1_000, text: line.slice(space + 1) };
}

function medianOffset(lines: readonly RawLine[]): number {
  const offsets = lines.flatMap(({ receivedMs, text }) => {
    const found = /"E":(\d{13})/.exec(text.slice(0, 200));
    return found === null ? [] : [Number(found[1]) - receivedMs];
  });
  return offsets.sort((a, b) => a - b)[offsets.length >> 1] ?? 0;
}

function readSnapshot(value: unknown): BookSnapshot {
  const { lastUpdateId, E, T, bids, asks } = value as {
    lastUpdateId: number;
    E: number;
    T: number;
    bids: Level[];
    asks: Level[];
  };
  return { lastUpdateId, eventTimeMs: E, transactionTimeMs: T, bids, asks };
}
