// npm run venue -- --port 9100 --from sim --instruments 540 --faults "gap:stream=depth@30s;disconnect@90s+10m"
// npm run venue -- --from BTCUSDT-rawstream-2024-07-18.jsonl.gz --speed max      docs/venue.md says what there is
import { parseArgs } from 'node:util';
import { SCENARIO_NAMES, type ScenarioName } from '../../src/core/simulation/scenarios.ts';
import { readFaultSpec } from './fault-spec.ts';
import { startVenue } from './venue.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '9100' },
    from: { type: 'string', default: 'sim' },
    speed: { type: 'string', default: '1' },
    streams: { type: 'string' },
    faults: { type: 'string', default: '' },
    instruments: { type: 'string', default: '19' },
    rate: { type: 'string' },
    seed: { type: 'string', default: '1' },
    scenario: { type: 'string', default: 'null_flow' },
    lifetime: { type: 'string' },
  },
});
try {
  const scenario = values.scenario as ScenarioName;
  if (!SCENARIO_NAMES.includes(scenario)) throw new Error(`venue: there is no scenario ${scenario}`);
  const faults = readFaultSpec(values.faults);
  const captures = values.from === 'sim' ? [] : [values.from, ...positionals];
  const venue = await startVenue({
    ...{ port: numberOf('port', values.port), captures, scenario, seed: numberOf('seed', values.seed) },
    ...{ speed: values.speed === 'max' ? Infinity : numberOf('speed', values.speed) },
    instruments: numberOf('instruments', values.instruments),
    ...(values.streams !== undefined && { playAfterStreams: numberOf('streams', values.streams) }),
    ...(values.rate !== undefined && { tradesPerSecond: numberOf('rate', values.rate) }),
    ...(values.lifetime !== undefined && { limits: { lifetimeMs: numberOf('lifetime', values.lifetime) * 1_000 } }),
  });
  venue.faults.onStrike = (occurrence) => console.log(JSON.stringify(occurrence));
  venue.plan(faults);
  console.log(`venue: ${venue.url}, ${venue.market.contracts.size} contracts of ${values.from}`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new Error(`venue: --${name} ${text} is no number`);
  return value;
}
