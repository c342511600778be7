// node dist/test/http/fuzz.js --requests 100000 --seed 1
import { parseArgs } from 'node:util';
import { fuzzDelivery } from './delivery-fuzz-run.ts';
import { type FuzzReport, fuzz } from './fuzz-run.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const [requests, seed] = [Number(values.requests), Number(values.seed)];
// Those of /api/v1 reach the disk, which takes its time: a tenth of them is as long a run.
tell('malformed requests', await fuzz(requests, seed));
tell('malformed requests of /api/v1 with a valid key', await fuzzDelivery(Math.ceil(requests / 10), seed));

function tell(what: string, report: FuzzReport): void {
  for (const fault of report.faults.slice(0, 20)) console.error(fault);
  const answers = Object.entries(report.statuses).map(([status, count]) => `${status}: ${count}`);
  console.log(`${report.requests} ${what}, ${report.validated} of them reached validation`);
  console.log(`answers   ${answers.join(', ')}`);
  console.log(`faults    ${report.faults.length}`);
  if (report.faults.length > 0) process.exitCode = 1;
}
