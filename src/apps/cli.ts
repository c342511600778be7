// The program. What it prints and returns is decided in command-line.ts; here is only the process around it.
import { runCommandLine } from './command-line.ts';

process.exitCode = await runCommandLine(process.argv.slice(2));
