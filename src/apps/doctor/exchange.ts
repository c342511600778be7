import { EXCHANGE_KEY_VARIABLE, EXCHANGE_SECRET_VARIABLE } from '../config/overrides.ts';
import { type Check, fail, ok } from './check.ts';

/** Are there keys of an exchange? Asks nobody: whether they are for demo trading is said to `tapewire trade`, which can ask. */
export function checkExchange(env: NodeJS.ProcessEnv): Check {
  const [key, secret] = [env[EXCHANGE_KEY_VARIABLE], env[EXCHANGE_SECRET_VARIABLE]];
  if (!key && !secret) return ok('exchange', `off: ${EXCHANGE_KEY_VARIABLE} is not set`);
  if (key && secret) return ok('exchange', 'keys are set; `tapewire trade --exchange binance --check` asks the venue');
  const missing = key ? EXCHANGE_SECRET_VARIABLE : EXCHANGE_KEY_VARIABLE;
  return fail('exchange', `${missing} is not set`, 'set both, or neither');
}
