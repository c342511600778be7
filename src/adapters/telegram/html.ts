import { durationText, timeText } from '../../contract/notice/digits.ts';
import { isUnreal, type Notice } from '../../contract/notice/notice.ts';
import type { Parcel, QueuedNotice } from '../../ports/notice-channel.ts';

/** What Telegram takes for one message, after its entities are parsed; counted here with them, to be on the safe side. */
const CHARS_MAX = 4_096;
/** Told later than this after it was made, a message says so. */
const LATE_MS = 30_000;
const VALUE_CHARS_MAX = 300;
const REMARKS_MAX = 8;

/** Text for `parse_mode: 'HTML'`. Source: Bot API, "HTML style". */
export function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A message as Telegram gets it: one notice whole, or many as one line each, with their exact number. */
export function renderParcel({ notices, maybeRepeated }: Parcel, nowMs: number): string {
  const [first] = notices;
  const body = notices.length === 1 ? renderNotice(first.notice) : renderMany(notices);
  return withinLimit([...body, ...footer(first, nowMs, maybeRepeated)]);
}

/** An answer to a command: not queued, so it has no number and is never late. */
export function renderAnswer(notice: Notice): string {
  return withinLimit([...renderNotice(notice), `<i>${timeText(notice.atMs)}</i>`]);
}

/** Lines. The first says what market it is, unless prices are real; nobody can miss it in a preview. */
function renderNotice({ market, title, rows, remarks, level }: Notice): string[] {
  const mark = level === 'alarm' ? '🚨 ' : '';
  return [
    ...badge(market),
    `${mark}<b>${escapeHtml(clipped(title))}</b>`,
    ...rows.map(([name, value]) => `${escapeHtml(name)} <code>${escapeHtml(clipped(value))}</code>`),
    ...remarks.slice(0, REMARKS_MAX).map((remark) => escapeHtml(clipped(remark))),
    ...(remarks.length > REMARKS_MAX ? [`and ${remarks.length - REMARKS_MAX} more`] : []),
  ];
}

function renderMany(notices: readonly QueuedNotice[]): string[] {
  const markets = [...new Set(notices.map(({ notice }) => notice.market))];
  const kinds = new Map<string, number>();
  for (const { notice } of notices) kinds.set(notice.kind, (kinds.get(notice.kind) ?? 0) + 1);
  const counted = [...kinds].map(([kind, count]) => `${count} ${kind.replaceAll('_', ' ')}`).join(', ');
  const head = [
    ...markets.flatMap(badge),
    `<b>${notices.length} messages in one</b>: ${escapeHtml(counted)}`,
    'They came faster than they may be sent.',
  ];
  const lines = notices.map(({ notice }) => {
    const which = markets.length > 1 ? `${escapeHtml(notice.market)}: ` : '';
    return `${timeText(notice.atMs).slice(11, 19)} ${which}${escapeHtml(clipped(notice.title))}`;
  });
  return [...head, ...lines];
}

const badge = (market: string): string[] =>
  isUnreal(market) ? [`⚠️ <b>${escapeHtml(market)}</b>: not a real market`] : [`<b>${escapeHtml(market)}</b>`];

function footer({ id, notice }: QueuedNotice, nowMs: number, maybeRepeated: boolean): string[] {
  const lateMs = nowMs - notice.madeMs;
  return [
    `<i>${timeText(notice.atMs)} · #${id}${lateMs > LATE_MS ? ` · told ${durationText(lateMs)} late` : ''}</i>`,
    ...(maybeRepeated ? [`<i>↻ You may have had #${id} already: its receipt was lost.</i>`] : []),
  ];
}

/** Whole lines only, so that no tag is cut. What does not fit is counted; the first and the last lines always stay. */
function withinLimit(lines: readonly string[]): string {
  const whole = lines.join('\n');
  if (whole.length <= CHARS_MAX) return whole;
  const ends = lines.findLastIndex((line) => !line.startsWith('<i>'));
  const tail = lines.slice(ends + 1);
  const room = CHARS_MAX - tail.join('\n').length - 40;
  const kept: string[] = [];
  let chars = 0;
  for (const line of lines.slice(0, ends + 1)) {
    chars += line.length + 1;
    if (chars > room) break;
    kept.push(line);
  }
  return [...kept, `and ${ends + 1 - kept.length} lines more`, ...tail].join('\n');
}

function clipped(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= VALUE_CHARS_MAX ? line : `${line.slice(0, VALUE_CHARS_MAX - 1)}…`;
}
