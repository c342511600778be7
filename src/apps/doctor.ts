import type { ConfigResult } from './config/load-config.ts';
import { formatProblem } from './config/problem.ts';
import { type Check, fail, ok, renderChecks, warn } from './doctor/check.ts';
import { checkDisk } from './doctor/disk.ts';
import { checkExchange } from './doctor/exchange.ts';
import { checkClock, checkNode, SYSTEM_CLOCKS } from './doctor/host.ts';
import { checkJournals } from './doctor/journal.ts';
import { checkKeys } from './doctor/keys.ts';
import { checkPort } from './doctor/port.ts';
import { checkTelegram, checkWebhooks } from './doctor/telegram.ts';
import { checkVenue } from './doctor/venue.ts';

/** `tapewire doctor`: 1 when something fails. Changes nothing but a probe file, which it removes again. */
export async function doctor(result: ConfigResult, { json }: { readonly json: boolean }): Promise<number> {
  const checks = await examine(result, process.env);
  process.stdout.write(json ? `${JSON.stringify({ checks }, null, 2)}\n` : renderChecks(checks));
  return checks.some(({ state }) => state === 'fail') ? 1 : 0;
}

export async function examine(result: ConfigResult, env: NodeJS.ProcessEnv = {}): Promise<Check[]> {
  const node = checkNode(process.version);
  if (!result.ok) {
    const wrong = result.problems.map((problem) =>
      fail('configuration', formatProblem(problem), 'put this right first'),
    );
    return [node, ...wrong, await checkClock(SYSTEM_CLOCKS, undefined)];
  }
  const { config, file } = result.value;
  const doubts = result.warnings.map((warning) =>
    warn('configuration', formatProblem(warning), 'put this right, or unset it'),
  );
  const disk = checkDisk(config.dataDir);
  const journals = checkJournals(config.dataDir);
  return [
    node,
    ok('configuration', file ?? 'the defaults: there is no tapewire.yaml here'),
    ...doubts,
    await checkPort(config.api.host, config.api.port),
    ...disk,
    ...journals.checks,
    checkKeys(config.dataDir),
    await checkTelegram(config, env),
    checkWebhooks(config, env),
    ...(await checkVenue(config.market)),
    checkExchange(env),
    await checkClock(SYSTEM_CLOCKS, journals.openedAtMs),
  ];
}
