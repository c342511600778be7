// Payloads with something wrong in them. Each is valid JSON, and would pass whoever does not look.
import type { BestPrices, Level } from './market.ts';

type Fields = Record<string, unknown>;

/** The chain is broken although no frame is missing: `pu`, the aggregate's id, or the update id is an earlier one. */
export function makeWrongSequence(payload: string): string {
  return edit(payload, (fields) => {
    const name = ['pu', 'a', 'u'].find((key) => typeof fields[key] === 'number');
    if (name !== undefined) fields[name] = Number(fields[name]) - 7;
  });
}

/** Somebody bids more than is asked. */
export function makeCrossed(payload: string, best: BestPrices | undefined): string {
  return edit(payload, (fields) => {
    if (typeof fields.b === 'string') [fields.b, fields.a] = [fields.a, fields.b];
    if (best === undefined || !Array.isArray(fields.b)) return;
    const decimals = best.ask[0].split('.')[1]?.length ?? 0;
    const bid: Level = [(Number(best.ask[0]) * 1.001).toFixed(decimals), best.ask[1]];
    fields.b = [bid, ...(fields.b as Level[])];
  });
}

/** The event is `byMs` older than it is. */
export function makeOld(payload: string, byMs: number): string {
  return edit(payload, (fields) => {
    for (const name of ['E', 'T']) if (typeof fields[name] === 'number') fields[name] = Number(fields[name]) - byMs;
  });
}

/** A number where text belongs, or text where a number does; or what was asked for. */
export function makeWrongType(payload: string, field: string | undefined, value: string | undefined): string {
  return edit(payload, (fields) => {
    const name = field ?? ['p', 'b', 'c', 'o'].find((key) => key in fields) ?? 'E';
    if (value === 'missing') delete fields[name];
    else if (value !== undefined) fields[name] = JSON.parse(value);
    else if (typeof fields[name] === 'string') fields[name] = Number(fields[name]);
    else fields[name] = typeof fields[name] === 'number' ? String(fields[name]) : {};
  });
}

/** Changes the event, or each of a list of them. */
function edit(payload: string, change: (fields: Fields) => void): string {
  const value = JSON.parse(payload) as Fields | Fields[];
  for (const fields of Array.isArray(value) ? value : [value]) change(fields);
  return JSON.stringify(value);
}
