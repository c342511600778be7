import type { BuiltIn } from './defaults.ts';
import { keyReference } from './reference.ts';

const BEGIN = '<!-- keys: begin (made by: node tools/document-config.mjs) -->';
const END = '<!-- keys: end -->';

/** The page with its table of keys made anew; everything around the table stays. `undefined` without its marks. */
export function renewDocumentation(page: string, builtIns: readonly BuiltIn[]): string | undefined {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) return undefined;
  return `${page.slice(0, begin + BEGIN.length)}\n\n${renderTable(builtIns)}\n\n${page.slice(end)}`;
}

function renderTable(builtIns: readonly BuiltIn[]): string {
  const rows = keyReference(builtIns).map(({ key, default: value, meaning, allowed, also }) => {
    const cells = [
      `\`${key}\``,
      renderDefault(value),
      escapePipes(allowed),
      escapePipes(meaning),
      also.map(code).join(' '),
    ];
    return `| ${cells.join(' | ')} |`;
  });
  return ['| key | default | allowed | meaning | also as |', '|---|---|---|---|---|', ...rows].join('\n');
}

function renderDefault(value: unknown): string {
  if (value === undefined) return 'none';
  if (!Array.isArray(value) || value.every((item) => typeof item !== 'object')) return code(write(value));
  return value.map((item) => code(write(item))).join('<br>');
}

/** As one writes it in YAML, on one line. */
function write(value: unknown): string {
  if (typeof value === 'string') return value === '::' ? '"::"' : value;
  if (Array.isArray(value)) return `[${value.map(write).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${key}: ${write(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function escapePipes(text: string): string {
  return text.replaceAll('|', '\\|');
}
