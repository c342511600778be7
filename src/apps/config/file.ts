import { readFileSync, statSync } from 'node:fs';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { isSecretName } from '../../adapters/log/redact.ts';
import { faultWords } from '../../ports/fault-words.ts';
import type { ConfigProblem, Path } from './problem.ts';

const MAX_BYTES = 1_000_000;

/** Where the parser speaks to a programmer. */
const OWN_WORDS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: 'a second document begins at `---`, but one file is one configuration',
};

/** What the configuration file says, and on which line. */
export interface ConfigFile {
  /** As the user named it: it stands in front of every problem. */
  readonly name: string;
  /** The sections as plain values; `{}` when the file could not be read. */
  readonly data: Readonly<Record<string, unknown>>;
  /** The file cannot be used at all, or these lines of it cannot. */
  readonly problems: readonly ConfigProblem[];
  /** Line, from 1, of the value at `path`, else of the nearest section around it that exists. */
  lineOf(path: Path): number;
  /** Line of the key itself, for keys that should not be there. */
  lineOfKey(path: Path): number;
}

/** Reads YAML 1.2, one document, keys unique. Never throws: what is wrong is in `problems`. */
export function readConfigFile(absolutePath: string, name: string): ConfigFile {
  const read = readText(absolutePath);
  if (!read.ok) return unusable(name, [{ where: name, text: read.problem }]);

  const lines = new LineCounter();
  // prettyErrors would quote the line, and with it perhaps a secret.
  const document = parseDocument(read.value, { lineCounter: lines, prettyErrors: false });
  const where = (offset: number): string => `${name}:${lines.linePos(offset).line}`;
  const faults = [...document.errors, ...document.warnings].map((fault): ConfigProblem => {
    const line = read.value.split('\n')[lines.linePos(fault.pos[0]).line - 1] ?? '';
    const hidden = isSecretName(line.split(':')[0]?.trim() ?? '');
    const said = OWN_WORDS[fault.code] ?? fault.message;
    return { where: where(fault.pos[0]), text: `not valid YAML: ${hidden ? fault.code : said}` };
  });
  if (faults.length > 0) return unusable(name, faults);

  let data: unknown;
  try {
    data = document.toJS() ?? {};
  } catch (error) {
    // An alias without its anchor, or aliases that multiply.
    return unusable(name, [
      { where: name, text: `not usable YAML: ${String((error as Error).message).split(':')[0]}` },
    ]);
  }
  if (!isMap(document.contents) && document.contents !== null) {
    return unusable(name, [
      { where: `${name}:1`, text: 'must hold sections such as `api:`, not a list or a single value' },
    ]);
  }
  const at = (path: Path, pick: 'key' | 'value'): number => lines.linePos(offsetOf(document, path, pick)).line;
  return {
    name,
    data: data as Record<string, unknown>,
    problems: [],
    lineOf: (path) => at(path, 'value'),
    lineOfKey: (path) => at(path, 'key'),
  };
}

function unusable(name: string, problems: readonly ConfigProblem[]): ConfigFile {
  return { name, data: {}, problems, lineOf: () => 1, lineOfKey: () => 1 };
}

function readText(path: string): { ok: true; value: string } | { ok: false; problem: string } {
  try {
    if (statSync(path).size > MAX_BYTES) return { ok: false, problem: `is larger than ${MAX_BYTES} bytes` };
    return { ok: true, value: readFileSync(path, 'utf8') };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT') return { ok: false, problem: 'there is no such file: `tapewire config init` writes one' };
    return { ok: false, problem: `cannot be read: ${faultWords(error)}` };
  }
}

/** The offset where `path`, or the longest part of it that exists, begins. */
function offsetOf(document: Document.Parsed, path: Path, pick: 'key' | 'value'): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const pair = parent.items.find(
        (item) => String(isNode(item.key) ? item.key.toJSON() : item.key) === String(last),
      );
      const node = pair === undefined ? undefined : pair[pick === 'key' || !isNode(pair.value) ? 'key' : 'value'];
      // A section's value begins on the line after its key; the key is where a person looks.
      const shown = isNode(node) && !isMap(node) ? node : pair?.key;
      if (isNode(shown) && shown.range) return shown.range[0];
    } else {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return 0;
}
