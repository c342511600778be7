import { crc32 } from 'node:zlib';
import type { Decoded } from '../../core/decoded.ts';
import type { Effect } from '../../core/engine/effect.ts';
import type { MarketPosition } from '../../ports/journal.ts';
import { digestOf, type EffectDigest } from '../../ports/journal-retention.ts';
import type { Row } from './connection.ts';
import { asNumber, asText } from './soundness.ts';

const NUMBERS = ['stamp_us', 'at_ms'].map(asNumber).join(', ');

/** To select of an effect what `digestOfRow` reads: all but its text. */
export const DIGEST_COLUMNS = `seq, ${['kind', 'signal_id'].map(asText).join(', ')}, ${NUMBERS}`;
/** To select of an effect what `effectOfRow` reads. */
export const EFFECT_COLUMNS = `${DIGEST_COLUMNS}, ${asText('body')}, ${asNumber('body_crc32')}`;
/** To select of the position what `positionOfRow` reads. */
export const POSITION_COLUMNS = `${asText('body')}, ${asNumber('body_crc32')}`;

export function digestOfRow({ seq, kind, signal_id, stamp_us, at_ms }: Row): EffectDigest {
  return {
    seq: Number(seq),
    kind: kind as Effect['kind'],
    signalId: signal_id === null ? undefined : String(signal_id),
    stampUs: stamp_us === null ? undefined : Number(stamp_us),
    atMs: Number(at_ms),
  };
}

/** The effect, if its text is the one that was written, and the columns beside it say the same. */
export function effectOfRow(row: Row): Decoded<Effect> {
  const parsed = parsedBody(row, `effect ${row.seq}`);
  if (!parsed.ok) return parsed;
  const effect = parsed.value as Effect;
  const [said, beside] = [digestOf(effect), digestOfRow(row)];
  const isSame = (Object.keys(said) as (keyof EffectDigest)[]).every((key) => said[key] === beside[key]);
  return isSame ? { ok: true, value: effect } : { ok: false, problem: `effect ${row.seq} is another one` };
}

export function positionOfRow(row: Row): Decoded<MarketPosition> {
  const parsed = parsedBody(row, 'the market position');
  return parsed.ok ? { ok: true, value: parsed.value as MarketPosition } : parsed;
}

function parsedBody({ body, body_crc32 }: Row, what: string): Decoded<unknown> {
  if (typeof body !== 'string') return { ok: false, problem: `${what} is not text` };
  if (crc32(body) !== body_crc32) return { ok: false, problem: `${what} does not match its check sum` };
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch (error) {
    return { ok: false, problem: `${what} is not JSON: ${String(error)}` };
  }
}
