import { isSecretName } from '../../adapters/log/redact.ts';
import { leavesOf } from './layers.ts';
import type { LoadedConfig } from './load-config.ts';
import { formatPath, type Path } from './problem.ts';

/** The effective configuration for a person: key, value, origin, in columns. */
export function renderConfig({ config, origins, file }: LoadedConfig): string {
  const rows = leavesOf(config).flatMap(([path, value]) => {
    const origin = origins.get(formatPath(path)) ?? 'default';
    // A list of entries is readable one entry a line, not all on one.
    const entries = Array.isArray(value) && value.some((item) => typeof item === 'object');
    const shown: [Path, unknown][] = entries ? value.map((item, index) => [[...path, index], item]) : [[path, value]];
    return shown.map(([place, item]) => ({ key: formatPath(place), shown: renderValue(place, item), origin }));
  });
  const keyWidth = Math.max(...rows.map(({ key }) => key.length));
  const shownWidth = Math.min(60, Math.max(...rows.map(({ shown }) => shown.length)));
  const lines = rows.map(({ key, shown, origin }) => `${key.padEnd(keyWidth)}  ${shown.padEnd(shownWidth)}  ${origin}`);
  return [`# configuration file: ${file ?? 'none'}`, ...lines, ''].join('\n');
}

/** The same for a program: `{ file, config, origins }`, secrets as `***`. */
export function renderConfigJson({ config, origins, file }: LoadedConfig): string {
  const hidden = JSON.stringify(
    { file: file ?? null, config, origins: Object.fromEntries(origins) },
    (key, value) => (isSecretName(key) && typeof value !== 'object' ? '***' : value),
    2,
  );
  return `${hidden}\n`;
}

function renderValue(path: Path, value: unknown): string {
  if (path.some((part) => isSecretName(String(part)))) return '***';
  if (value === undefined) return '(drawn at start)';
  if (typeof value === 'string') return value;
  return JSON.stringify(value, (key, item) => (isSecretName(key) ? '***' : item));
}
