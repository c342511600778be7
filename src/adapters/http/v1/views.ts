import { Verbatim } from '../../../contract/json-text.ts';
import { normaliseSymbol } from '../../../contract/symbol.ts';
import { barQuery } from '../../../contract/v1/view.ts';
import {
  barJson,
  instrumentJson,
  instrumentViewJson,
  type Seat,
  silencesJson,
} from '../../../contract/v1/view-json.ts';
import type { CensusMinute } from '../../../core/engine/census.ts';
import type { EngineView } from '../../../core/engine/engine.ts';
import type { Bar } from '../../../core/market/bar.ts';
import type { Timeframe } from '../../../core/market/timeframe.ts';
import type { DeliveryDesk } from './desk.ts';
import { answer, type Handler, malformed, queryOf, refused } from './handler.ts';

/** What people may look at. Everything is as the engine has it between two turns: looking asks and changes nothing. */
export interface HouseView {
  readonly seats: readonly Seat[];
  readonly symbols: readonly string[];
  /** @returns `undefined` for what is not watched */
  look(symbol: string, nowMs: number): EngineView | undefined;
  bars(symbol: string, timeframe: Timeframe, barsMax: number): readonly Bar[];
  readonly minutes: readonly CensusMinute[];
  /** The configuration as JSON text, without secrets. */
  config(): string;
}

export const viewHandlers =
  (view: HouseView) =>
  (desk: Pick<DeliveryDesk, 'now'>): Readonly<Record<string, Handler>> => {
    const unknown = (symbol: string) => refused('unknown_symbol', `${symbol} is not watched here.`);
    return {
      'GET /api/v1/instruments': async () => {
        const { atMs } = desk.now();
        const views = view.symbols.flatMap((symbol) => view.look(symbol, atMs) ?? []);
        return answer(200, { instruments: views.map(instrumentJson), next: null });
      },

      'GET /api/v1/instruments/:symbol': async ({ params: { symbol = '' } }) => {
        const { atMs } = desk.now();
        const seen = view.look(normaliseSymbol(symbol), atMs);
        return seen === undefined ? unknown(symbol) : answer(200, instrumentViewJson(seen, view.seats, atMs));
      },

      'GET /api/v1/bars': async (request) => {
        const query = queryOf(barQuery, request);
        if (!query.ok) return malformed(query.problem);
        const { timeframe = '1m', limit = 300 } = query.value;
        const symbol = normaliseSymbol(query.value.symbol);
        if (!view.symbols.includes(symbol)) return unknown(symbol);
        return answer(200, { symbol, timeframe, bars: view.bars(symbol, timeframe, limit).map(barJson) });
      },

      'GET /api/v1/silences': async () => answer(200, silencesJson(view.minutes)),

      'GET /api/v1/config': async () => answer(200, new Verbatim(view.config())),
    };
  };
