import type { Effect } from '../engine/effect.ts';
import { HOUR_MS } from '../market/timeframe.ts';

/**
 *   ACTIVE     signals are issued
 *   REDUCING   no new entries; what is open goes on to its exit
 *   HALTED     the same, and somebody or the next day has to end it
 */
export type RiskMode = 'ACTIVE' | 'REDUCING' | 'HALTED';

export interface RiskState {
  readonly mode: RiskMode;
  /** Which rule brought it about: `operator`, `daily_loss`, `daily_loss_flatten`, `drawdown`; empty from the beginning. */
  readonly rule: string;
  readonly reason: string;
  readonly by: string;
  /** Market time. */
  readonly sinceMs: number;
  /** Market time at which it ends by itself; `undefined` when somebody has to end it. */
  readonly untilMs: number | undefined;
}

/** What must still be known of effects that are gone. Plain JSON; money as profit since the account began. */
export interface RiskBookBase {
  readonly state: Omit<RiskState, 'untilMs'> & { readonly untilMs?: number };
  readonly dayMs: number;
  readonly dayNet: number;
  readonly peakNet: number;
  readonly signalsMs: readonly number[];
}

export const NO_RISK: RiskBookBase = {
  state: { mode: 'ACTIVE', rule: '', reason: 'nothing stands against entries', by: 'tapewire', sinceMs: 0 },
  dayMs: 0,
  dayNet: 0,
  peakNet: 0,
  signalsMs: [],
};

/** The state of risk and what it is measured against, as the effects tell it. */
export class RiskBook {
  #state: RiskState;
  #dayMs: number;
  #dayNet: number;
  #peakNet: number;
  #signalsMs: number[];

  constructor({ state, dayMs, dayNet, peakNet, signalsMs }: RiskBookBase = NO_RISK) {
    this.#state = { ...state, untilMs: state.untilMs };
    this.#dayMs = dayMs;
    this.#dayNet = dayNet;
    this.#peakNet = peakNet;
    this.#signalsMs = [...signalsMs];
  }

  asBase(): RiskBookBase {
    const { untilMs, ...state } = this.#state;
    return {
      state: untilMs === undefined ? state : { ...state, untilMs },
      dayMs: this.#dayMs,
      dayNet: this.#dayNet,
      peakNet: this.#peakNet,
      signalsMs: [...this.#signalsMs],
    };
  }

  get state(): RiskState {
    return this.#state;
  }

  /** 00:00 UTC of the day that counts, market time; 0 before the first. */
  get dayMs(): number {
    return this.#dayMs;
  }

  /** Profit of the account, open positions included, when the day began or risk was reset. */
  get dayNet(): number {
    return this.#dayNet;
  }

  /** The highest profit of the account, measured whenever a position closes and when a day begins. */
  get peakNet(): number {
    return this.#peakNet;
  }

  /** Signals of the bot in the hour before, by market time. */
  signalsInHour(nowMs: number): number {
    let count = 0;
    for (const atMs of this.#signalsMs) if (atMs > nowMs - HOUR_MS) count += 1;
    return count;
  }

  apply(effect: Effect): void {
    if (effect.kind === 'signal_issued') {
      if (effect.published !== undefined) return;
      const atMs = Math.floor(effect.signal.stampUs / 1000);
      this.#signalsMs = this.#signalsMs.filter((each) => each > atMs - HOUR_MS);
      this.#signalsMs.push(atMs);
    } else if (effect.kind === 'risk_changed') {
      const { mode, rule, reason, by, atMs, untilMs, net } = effect;
      this.#state = { mode, rule, reason, by, sinceMs: atMs, untilMs };
      // Whoever lifts a halt begins anew: measured from before, the next look would halt again.
      if (mode === 'ACTIVE' && rule === 'operator') [this.#dayNet, this.#peakNet] = [net, net];
    } else if (effect.kind === 'day_turned') {
      [this.#dayMs, this.#dayNet] = [effect.dayMs, effect.net];
      this.rise(effect.net);
    }
  }

  /** The account has won this much by now. */
  rise(net: number): void {
    this.#peakNet = Math.max(this.#peakNet, net);
  }

  copy(): RiskBook {
    return new RiskBook(this.asBase());
  }
}
