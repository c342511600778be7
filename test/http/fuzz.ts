// node dist/test/http/fuzz.js --requests 100000 --seed 1
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz-run.ts';

const { values } = parseArgs({
  options: { requests: { type: 'string', default: '100000' }, seed: { type: 'string', default: '1' } },
});
const report = await fuzz(Number(values.requests), Number(values.seed));
for (const fault of report.faults.slice(0, 20)) console.error(fault);
const answers = Object.entries(report.statuses).map(([status, count]) => `${status}: ${count}`);
console.log(`${report.requests} malformed requests, ${report.validated} of them reached validation`);
console.log(`answers   ${answers.join(', ')}`);
console.log(`faults    ${report.faults.length}`);
process.exitCode = report.faults.length === 0 ? 0 : 1;
