// Signals of the real server, traded at the venue simulator with faults and kills from a seed. The last line is JSON.
//   npm run exchange -- --signals 300 --seed 1
import { parseArgs } from 'node:util';
import { runExchange } from './run-exchange.ts';

const { values } = parseArgs({
  options: { signals: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const [signals, seed] = [Number(values.signals), Number(values.seed)];
if (!Number.isSafeInteger(signals) || signals < 1 || !Number.isSafeInteger(seed) || seed < 0) {
  process.stderr.write('exchange: --signals is a whole number from 1, --seed one from 0\n');
  process.exitCode = 2;
} else {
  const { complaints, ...figures } = await runExchange({ signals, seed });
  for (const complaint of complaints) process.stdout.write(`${complaint}\n`);
  process.stdout.write(`${JSON.stringify(figures)}\n`);
  const { double_entries, orphan_exits, naked_ms_max, grace_ms, in_doubt, ledgers_equal } = figures;
  const isWell =
    double_entries + orphan_exits + in_doubt + complaints.length === 0 && naked_ms_max <= grace_ms && ledgers_equal;
  if (!isWell) process.exitCode = 1;
  process.exit();
}
