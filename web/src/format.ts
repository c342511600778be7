/** Numbers and times as traders write them. Every number is set in figures of the same width by the style sheet. */

const NONE = '–';

export function price(value: number | null | undefined, decimals: number): string {
  return value === null || value === undefined ? NONE : grouped(value, decimals);
}

/** Significant digits for what has no instrument: never a row of zeros for what is small. */
export function quantity(value: number | null | undefined): string {
  if (value === null || value === undefined) return NONE;
  return new Intl.NumberFormat('en-US', { maximumSignificantDigits: 6 }).format(value);
}

export const whole = (value: number | undefined): string => (value === undefined ? NONE : grouped(value, 0));

export const percent = (value: number, decimals = 1): string => `${grouped(value, decimals)} %`;

export function milliseconds(value: number): string {
  if (value < 1) return `${value.toFixed(2)} ms`;
  return value < 100 ? `${value.toFixed(1)} ms` : `${grouped(value, 0)} ms`;
}

const grouped = (value: number, decimals: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: decimals, maximumFractionDigits: decimals });

/** In the quote currency. */
export const money = (value: number): string => grouped(value, 2);

/** Money, or what is reckoned from it, with its sign. */
export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${grouped(Math.abs(value), 2)}`;

/** `12:34:56`, UTC. */
export const clockUtc = (instant: string | number): string => new Date(instant).toISOString().slice(11, 19);

/** The same in the time of this browser. */
export const clockHere = (instant: string | number): string =>
  new Date(instant).toLocaleTimeString('en-GB', { hour12: false });

/** `2026-01-01`, UTC: for what may be another day. */
export const dateUtc = (instant: string | number): string => new Date(instant).toISOString().slice(0, 10);

/** `2026-01-01 12:34:56.789 UTC` */
export const fullUtc = (instant: string | number): string =>
  `${new Date(instant).toISOString().replace('T', ' ').slice(0, 23)} UTC`;

export function ago(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

/** What the guide's routes send: UTC without saying so. */
export const marketTime = (stamp: string): string => `${stamp.slice(0, 23)}Z`;

/** `consensus_too_low` -> `consensus too low` */
export const words = (name: string): string => name.replaceAll('_', ' ').toLowerCase();

/** `0.48/0.53/0.64` may go on in the next line behind a slash, which browsers do not do between figures by themselves. */
export const breakable = (text: string): string => text.replaceAll('/', '/\u200b');
