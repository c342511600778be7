// Run by tests and the soak: `tapewire start` on an embedded market that lists fifty instruments instead of nineteen.
import { parseArgs } from 'node:util';
import { BUILT_INS } from '../../src/apps/config/defaults.ts';
import { loadConfig } from '../../src/apps/config/load-config.ts';
import { start } from '../../src/apps/start.ts';
import { listInstruments } from '../venue/listing.ts';

const { values } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string' },
    'data-dir': { type: 'string' },
    seed: { type: 'string' },
    speed: { type: 'string' },
  },
});
const { 'data-dir': dataDir, ...flags } = values;
const loaded = await loadConfig({ flags: { ...flags, dataDir }, env: {}, cwd: process.cwd(), strategies: BUILT_INS });
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
process.exitCode = await start(loaded.value, listInstruments(50));
