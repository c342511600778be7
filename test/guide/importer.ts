import assert from 'node:assert/strict';
import type { HttpClient } from './http-client.ts';
import { readApiResponse, type SignalData } from './newtonsoft.ts';

/** One call to the platform's order desk; a market order has no price. */
export interface Order {
  readonly kind: 'market' | 'stop' | 'limit';
  readonly side: 'Buy' | 'Sell';
  readonly quantity: number;
  readonly price?: number;
}

const CHECK_INTERVAL = 100;
const ACCOUNT_BALANCE = 10_000;
const RISK_PERCENT = 0.02;

/**
 * The guide's `PythonSignalImporter`, statement by statement: it checks no field, forgives every error, remembers one
 * timestamp, and trades what it reads. Whatever it does wrong with an answer, somebody's account would do.
 */
export class PythonSignalImporter {
  readonly #http: HttpClient;
  readonly #apiUrl: string;
  readonly #autoTrade: boolean;
  #lastSignalTimestamp: string | null = '';
  readonly alerts: string[] = [];
  readonly orders: Order[] = [];

  constructor(http: HttpClient, apiUrl: string, { autoTrade = true }: { readonly autoTrade?: boolean } = {}) {
    this.#http = http;
    this.#apiUrl = apiUrl;
    this.#autoTrade = autoTrade;
  }

  /** @returns the signal, when it was a new one */
  async onCalculate(bar: number): Promise<SignalData | undefined> {
    if (bar % CHECK_INTERVAL !== 0) return undefined;
    const signal = await this.#fetchLatestSignal();
    if (signal === null || signal.timestamp === this.#lastSignalTimestamp) return undefined;
    this.#lastSignalTimestamp = signal.timestamp;
    this.alerts.push(`New ${signal.direction} signal for ${signal.symbol} at ${signal.entryPrice}`);
    if (this.#autoTrade) this.#executeSignal(signal);
    return signal;
  }

  #executeSignal(signal: SignalData): void {
    const quantity = calculateQuantity(signal);
    const bracket = (side: 'Buy' | 'Sell', exit: 'Buy' | 'Sell') =>
      this.orders.push(
        { kind: 'market', side, quantity },
        { kind: 'stop', side: exit, quantity, price: signal.stopLoss },
        { kind: 'limit', side: exit, quantity, price: signal.takeProfit },
      );
    if (signal.direction === 'BUY') bracket('Buy', 'Sell');
    else if (signal.direction === 'SELL') bracket('Sell', 'Buy');
  }

  async #fetchLatestSignal(): Promise<SignalData | null> {
    try {
      const response = await this.#http.get(this.#apiUrl);
      if (response.status < 200 || response.status > 299) return null;
      const result = readApiResponse(response.text);
      return result.status === 'success' ? result.signal : null;
    } catch {
      // The guide's client has one answer to every error. That this loses signals in silence is what is tested here.
      return null;
    }
  }
}

function calculateQuantity(signal: SignalData): number {
  const slDistance = Math.abs(signal.entryPrice - signal.stopLoss);
  // C# throws DivideByZeroException here, in the middle of a chart's calculation.
  assert.notEqual(slDistance, 0, 'the stop equals the entry');
  return (ACCOUNT_BALANCE * RISK_PERCENT) / slDistance;
}
