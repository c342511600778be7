import { performance } from 'node:perf_hooks';

const WIDTH = 30;
const REDRAW_MS = 100;

/** A line on the terminal that is drawn over itself. Draws nothing where nobody watches. */
export class ProgressBar {
  readonly #terminal: NodeJS.WriteStream;
  readonly #beganMs = performance.now();
  #drawnMs = 0;

  constructor(terminal: NodeJS.WriteStream) {
    this.#terminal = terminal;
  }

  /** @param share Of the whole, 0 to 1. */
  draw(share: number, text: string): void {
    const nowMs = performance.now();
    if (!this.#terminal.isTTY || nowMs - this.#drawnMs < REDRAW_MS) return;
    this.#drawnMs = nowMs;
    const full = Math.round(Math.min(1, share) * WIDTH);
    const left = share > 0.02 ? `${(((nowMs - this.#beganMs) / share) * (1 - share) * 1e-3).toFixed(0)} s left` : '';
    const bar = `${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}`;
    this.#terminal.write(`\r[${bar}] ${(share * 100).toFixed(0).padStart(3)} %  ${text}  ${left}\x1b[K`);
  }

  clear(): void {
    if (this.#terminal.isTTY) this.#terminal.write('\r\x1b[K');
  }
}
