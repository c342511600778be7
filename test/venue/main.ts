// npm run venue -- --port 9100 --instruments 540 --seed 7: the venue simulator until it is interrupted.
import { parseArgs } from 'node:util';
import type { ScenarioName } from '../../src/core/simulation/scenarios.ts';
import { startVenue } from './venue.ts';

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '9100' },
    speed: { type: 'string', default: '1' },
    instruments: { type: 'string', default: '19' },
    rate: { type: 'string' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string', default: 'null_flow' },
  },
});
const venue = await startVenue({
  ...{ port: Number(values.port), speed: Number(values.speed), instruments: Number(values.instruments) },
  ...{ seed: Number(values.seed), scenario: values.scenario as ScenarioName },
  ...(values.rate !== undefined && { tradesPerSecond: Number(values.rate) }),
});
console.log(`venue: ${venue.url}`);
