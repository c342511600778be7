import { ALLOWED, COLUMNS_SAY, REFUSED } from './matrix.ts';
import { type Allowing, isRefusing, type Refusing, TABLES, type Table } from './read-matrix.ts';

const BEGIN = '<!-- matrix: begin (made by: node tools/document-security.mjs) -->';
const END = '<!-- matrix: end -->';
const TITLES = ['What a web page could send', 'Who asks', 'What is sent'];

/** The page with the matrix made anew; everything around it stays. `undefined` without its marks. */
export function renewDocumentation(page: string, tables: readonly Table[] = TABLES): string | undefined {
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin === -1 || end < begin) return undefined;
  const parts = [...tables.map((table, index) => renderTable(TITLES[index]!, table)), renderWords()];
  return `${page.slice(0, begin + BEGIN.length)}\n\n${parts.join('\n\n')}\n\n${page.slice(end)}`;
}

function renderTable(title: string, { columns, rows }: Table): string {
  const said = columns.map((column) => `- \`${column}\`: ${COLUMNS_SAY[column as keyof typeof COLUMNS_SAY]}`);
  const lines = [...rows].map(([route, words]) => [`\`${route}\``, ...words.map(renderWord)]);
  return [`### ${title}`, '', ...said, '', ...asTable(['', ...columns.map((column) => `\`${column}\``)], lines)].join(
    '\n',
  );
}

function renderWord(word: Refusing | Allowing): string {
  return isRefusing(word) ? `${REFUSED[word].status} ${word}` : word;
}

function renderWords(): string {
  const refused = Object.entries(REFUSED).map(([word, { status, code, because }]) => [
    word,
    `${status} \`${code.toUpperCase()}\``,
    because,
  ]);
  const allowed = Object.entries(ALLOWED).map(([word, because]) => [word, 'answered', because]);
  return ['### The words', '', ...asTable(['word', 'answer', 'because'], [...refused, ...allowed])].join('\n');
}

function asTable(head: readonly string[], lines: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`);
}
