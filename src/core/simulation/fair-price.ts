import type { SimulatedInstrument } from './instruments.ts';
import { LatentState } from './latent-state.ts';
import { Liquidations } from './liquidations.ts';
import { Metaorder } from './metaorder.ts';
import { Random } from './random.ts';
import { REFERENCE_SIGMA_BPS, type Scenario } from './scenarios.ts';

/** Length of a step of the market, milliseconds. */
export const STEP_MS = 100;
const STEPS_PER_SECOND = 1_000 / STEP_MS;
const STEP_SECONDS = STEP_MS / 1_000;
const ROOT_STEP_SECONDS = Math.sqrt(STEP_SECONDS);
/** Memory of `recentMove`: 0.95 per step is about two seconds. */
const RECENT_KEEP = 0.95;
/** Turns the sum of remembered steps into standard deviations: the sum of 0.95^2k is 1 / (1 - 0.95^2). */
const RECENT_SCALE = Math.sqrt((1 - RECENT_KEEP * RECENT_KEEP) / STEP_SECONDS);

/**
 * The price that the market would agree on if it knew everything, in ticks, not whole.
 *
 *   dF / F = drift * signal dt + sigma(regime) dW + jumps + metaorders + liquidations
 *
 * Without drift and liquidations it is a martingale, whatever the flow looks like.
 */
export class FairPrice {
  /** In ticks, > 0. */
  ticks: number;
  /** The return of the last two seconds or so, in standard deviations of the present regime. */
  recentMove = 0;
  readonly state: LatentState;
  readonly metaorder: Metaorder;
  readonly liquidations: Liquidations;
  readonly #random: Random;
  readonly #scenario: Scenario;
  readonly #sigmaBps: number;
  readonly #scale: number;
  #step = 0;
  #jumpBps = 0;
  #moveOfSecondBps = 0;
  #recentSum = 0;

  constructor(seed: number, instrument: SimulatedInstrument, scenario: Scenario, startTicks: number) {
    this.ticks = startTicks;
    this.#scenario = scenario;
    this.#sigmaBps = instrument.sigmaBps;
    this.#scale = instrument.sigmaBps / REFERENCE_SIGMA_BPS;
    this.#random = Random.of(seed, `${instrument.symbol} price`);
    this.state = new LatentState(Random.of(seed, `${instrument.symbol} start`), 1);
    this.metaorder = new Metaorder(scenario.burstsPerMinute, STEP_SECONDS);
    this.liquidations = new Liquidations(scenario.liquidationBranching);
  }

  /** One step of STEP_MS. */
  advance(): void {
    const random = this.#random;
    if (this.#step % STEPS_PER_SECOND === 0) this.#second();
    this.#step += 1;
    const sigmaBps = this.#sigmaBps * this.state.sigma;
    let bps = sigmaBps * ROOT_STEP_SECONDS * random.gaussian();
    bps += this.#driftBps() * this.state.signal * STEP_SECONDS;
    bps += this.metaorder.step(random, this.recentMove) * this.#sigmaBps;
    bps += this.#jumpBps;
    this.#jumpBps = 0;
    this.ticks *= 1 + bps * 1e-4;
    this.#moveOfSecondBps += bps;
    this.#recentSum = this.#recentSum * RECENT_KEEP + bps;
    this.recentMove = (this.#recentSum / sigmaBps) * RECENT_SCALE;
  }

  /** Standard deviation of a step without jumps, in ticks. */
  get stepSigmaTicks(): number {
    return this.#sigmaBps * this.state.sigma * ROOT_STEP_SECONDS * 1e-4 * this.ticks;
  }

  #driftBps(): number {
    const { driftBps, driftAfterTurn, turnSeconds } = this.#scenario;
    return driftBps * this.#scale * (this.#step > turnSeconds * STEPS_PER_SECOND ? driftAfterTurn : 1);
  }

  #second(): void {
    const random = this.#random;
    const { jumpsPerDay, jumpMinBps } = this.#scenario;
    this.state.step(random);
    if (random.uniform() < jumpsPerDay / 86_400) {
      this.#jumpBps += (random.uniform() < 0.5 ? -1 : 1) * jumpMinBps * (1 + 2 * random.uniform()) * this.#scale;
    }
    this.#jumpBps += this.liquidations.second(random, this.#moveOfSecondBps / this.#sigmaBps) * this.#sigmaBps;
    this.#moveOfSecondBps = 0;
  }
}
