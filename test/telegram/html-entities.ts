const TAGS = new Set(['b', 'strong', 'i', 'em', 'u', 's', 'code', 'pre', 'a']);
const ENTITIES = /^&(lt|gt|amp|quot|#\d+);/;

const CHARS_MAX = 4_096;

/** What Telegram would say of the text of a message, `undefined` when it takes it. Source: Bot API, "sendMessage". */
export function textProblem({ text: sent, parse_mode: mode }: Readonly<Record<string, unknown>>): string | undefined {
  const html = String(sent ?? '');
  const problem = mode === 'HTML' ? entityProblem(html) : undefined;
  if (problem !== undefined) return `can't parse entities: ${problem}`;
  const text = mode === 'HTML' ? textOfHtml(html) : html;
  if (text.trim() === '') return 'message text is empty';
  return text.length > CHARS_MAX ? 'message is too long' : undefined;
}

/** Of `parse_mode: 'HTML'`. Source: Bot API, "HTML style". */
function entityProblem(html: string): string | undefined {
  const open: string[] = [];
  for (let at = 0; at < html.length; at += 1) {
    const rest = html.slice(at, at + 40);
    if (rest[0] === '&' && !ENTITIES.test(rest)) return `unescaped & at byte offset ${at}`;
    if (rest[0] === '>') return `unescaped > at byte offset ${at}`;
    if (rest[0] !== '<') continue;
    const [whole = '', slash, name = ''] = /^<(\/?)([a-z]+)>/.exec(rest) ?? [];
    if (!TAGS.has(name)) return `Unsupported start tag "${name}" at byte offset ${at}`;
    if (slash === '') open.push(name);
    else if (open.pop() !== name) return `Unmatched end tag at byte offset ${at}`;
    at += whole.length - 1;
  }
  const unclosed = open.at(-1);
  return unclosed === undefined ? undefined : `Can't find end tag corresponding to start tag ${unclosed}`;
}

/** As a person sees it. */
export function textOfHtml(html: string): string {
  return html
    .replace(/<\/?[a-z]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
