import { stringify } from 'yaml';
import type { BuiltIn } from './defaults.ts';
import type { Path } from './problem.ts';
import { type KeyReference, keyReference } from './reference.ts';

const WIDTH = 110;

/** What stands above a section in the written file. */
const SECTION_NOTES: Readonly<Record<string, string>> = {
  api: 'The HTTP API.',
  market: 'Where the market data come from.',
  fusion: 'When votes become a signal.',
  bracket: 'Where a signal stops and where it takes profit.',
  leverage: 'The leverage a signal suggests.',
  signals: 'How often signals come and how long they live.',
  paper: 'The paper venue: how it fills, and what it charges.',
  exits: 'How positions are brought to their end.',
  risk: 'What the built-in bot may not do, and how large paper trades are.',
  exchange: 'For `tapewire trade`, which executes at an exchange. Keys come from the environment alone.',
  journal: 'What is kept on disk.',
  telegram: 'Who is told, and who may ask and command. Off without TELEGRAM_BOT_TOKEN.',
  webhooks: 'Programs that are told the same.',
  outbox: 'What waits to be told.',
  recording: 'Writing down what the engine is told.',
  log: 'The log file and the terminal.',
};

/** What the keys without a default could be. */
const EXAMPLES: Readonly<Record<string, string>> = {
  seed: '42',
  venueUrl: 'http://127.0.0.1:9100',
  chatId: '123456789',
  dir: './tapes',
};

/** A commented YAML file that says exactly what holds without it. */
export function renderTemplate(builtIns: readonly BuiltIn[]): string {
  const lines = [
    '# Configuration of Tapewire. Every value below is the default: delete what you do not change.',
    '# A flag (--port) counts before an environment variable (TAPEWIRE_PORT), and that before this file.',
  ];
  let open: Path = [];
  for (const reference of keyReference(builtIns)) {
    const parent = reference.path.slice(0, -1);
    for (const [depth, name] of parent.entries()) {
      if (open[depth] === name) continue;
      if (depth === 0) lines.push('');
      const note = depth === 0 ? SECTION_NOTES[String(name)] : undefined;
      if (note !== undefined) lines.push(`# ${note}`);
      lines.push(`${indent(depth)}${name}:`);
      open = parent.slice(0, depth + 1);
    }
    if (parent.length === 0) lines.push('');
    open = parent;
    lines.push(...renderKey(reference));
  }
  return `${lines.join('\n')}\n`;
}

function renderKey({ path, default: value, meaning, allowed, isChoice, also }: KeyReference): string[] {
  const margin = indent(path.length - 1);
  const key = yamlKey(String(path.at(-1)));
  const choice = isChoice ? ` ${allowed.replace(/^o/, 'O').replaceAll('"', '')}.` : '';
  const text = `${meaning}${choice}${also.length === 0 ? '' : ` (${also.join(', ')})`}`;
  const comment = wrap(text).map((line) => `${margin}# ${line}`);
  if (value === undefined) return [...comment, `${margin}# ${key}: ${EXAMPLES[key]}`];
  if (Array.isArray(value) && value.some((item) => typeof item === 'object')) {
    return [...comment, `${margin}${key}:`, ...value.map((item) => `${margin}  - ${flow(item)}`)];
  }
  return [...comment, `${margin}${key}: ${flow(value)}`];
}

/** One line of YAML. */
function flow(value: unknown): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, singleQuote: false }).trimEnd();
}

function yamlKey(key: string): string {
  return stringify(key).trimEnd();
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length + 1 > WIDTH) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
