// The program. What it prints and returns is decided in command-line.ts; here is only the process around it.
import { runCommandLine } from './command-line.ts';
import { outliveReaders } from './output-faults.ts';

outliveReaders(process, () => {
  process.exitCode = 1;
});
const code = await runCommandLine(process.argv.slice(2));
// A result that stdout did not take is not a success, whatever the command thought.
if (code !== 0) process.exitCode = code;
