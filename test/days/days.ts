// Simulated days with kills at random moments, in virtual time. The last line is JSON with the figures.
//   npm run days -- --days 1000 --seed 1
import { parseArgs } from 'node:util';
import { runDays } from './run-days.ts';

const { values } = parseArgs({
  options: { days: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const [days, seed] = [Number(values.days), Number(values.seed)];
if (!Number.isSafeInteger(days) || days < 1 || !Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write('days: --days is a whole number from 1, --seed one from 0\n');
  process.exitCode = 2;
} else {
  const { complaints: _, ...figures } = runDays({
    days,
    seed,
    onProgress: (line) => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  const { unequalLedgers, unprotected, doubleCloses, riskFaults } = figures;
  if (unequalLedgers + unprotected + doubleCloses + riskFaults > 0) process.exitCode = 1;
}
