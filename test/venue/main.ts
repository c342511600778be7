// npm run venue -- --port 9100 --from sim --instruments 540 --faults "gap:stream=depth@30s;disconnect@90s+10m"
// npm run venue -- --help                                                         docs/venue.md says what there is
import { faultCode } from '../../src/ports/fault-words.ts';
import { HELP, readOptions } from './read-options.ts';
import { startVenue, VenueRefusal } from './venue.ts';

/** As those of the bot: the world did not play along, and what was asked for cannot be understood. */
const [FAILED, MISUSED] = [1, 2];

const options = readOptions(process.argv.slice(2));
if (options.kind === 'help') process.stdout.write(HELP);
else if (options.kind === 'refused') fail(MISUSED, ...options.problems);
else {
  try {
    const venue = await startVenue(options.venue);
    venue.faults.onStrike = (occurrence) => console.log(JSON.stringify(occurrence));
    try {
      venue.plan(options.faults);
    } catch (error) {
      await venue.close();
      throw error;
    }
    const from = options.venue.captures?.[0] ?? 'sim';
    console.log(`venue: ${venue.url}, ${venue.market.contracts.size} contracts of ${from}`);
  } catch (error) {
    const where = `--port ${options.venue.port} of 127.0.0.1`;
    if (error instanceof VenueRefusal) fail(MISUSED, error.message);
    else if (faultCode(error) === 'EADDRINUSE')
      fail(FAILED, `venue: ${where} is in use: give another one, or 0 for any`);
    else if (faultCode(error) === 'EACCES') fail(FAILED, `venue: ${where} is not for this user: give one from 1024`);
    else throw error;
  }
}

function fail(code: number, ...problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  process.exitCode = code;
}
