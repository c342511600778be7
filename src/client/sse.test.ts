import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { type SseFrame, SseParser } from './sse.ts';

function parse(...chunks: string[]): SseFrame[] {
  const parser = new SseParser();
  return chunks.flatMap((chunk) => parser.push(chunk));
}

it('gives the same events wherever the text is cut, and whatever ends its lines', () => {
  const lines = [
    ': a comment',
    'id: j:1',
    'event: trade',
    'data: {"a":',
    'data: 1}',
    '',
    ':',
    'data:x',
    '',
    'id: j:2',
    '',
    'data',
    '',
  ];
  const expected = [
    { id: 'j:1', event: 'trade', data: '{"a":\n1}' },
    { id: 'j:1', event: 'message', data: 'x' },
    { id: 'j:2', event: 'message', data: '' },
  ];
  const ends = fc.array(fc.constantFrom('\n', '\r', '\r\n'), { minLength: lines.length, maxLength: lines.length });
  const law = fc.property(ends, fc.array(fc.nat({ max: 120 })), fc.boolean(), (endings, cuts, hasMark) => {
    // A line that ends with CR and an empty one that ends with LF would be one CRLF.
    const safe = endings.map((end, index) =>
      endings[index - 1] === '\r' && lines[index] === '' && end === '\n' ? '\r' : end,
    );
    const text = (hasMark ? '\uFEFF' : '') + lines.map((line, index) => line + safe[index]).join('');
    const at = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
    const chunks = at.slice(1).map((end, index) => text.slice(at[index], end));
    assert.deepEqual(parse(...chunks), expected);
  });
  fc.assert(law, { numRuns: 500 });
});

it('knows a CR and its LF for one end, even with nothing between them', () => {
  assert.deepEqual(parse('', 'data: 1\r', '', '\ndata: 2\r\n', '', '\r', '\n'), [
    { id: '', event: 'message', data: '1\n2' },
  ]);
});

it('takes off one space, keeps the rest, and knows no other fields', () => {
  assert.deepEqual(parse('data:  two\nretry: 5\nfoo: bar\ndata: a: b\n\n'), [
    { id: '', event: 'message', data: ' two\na: b' },
  ]);
});

it('forgets an event without data, and one that was not finished', () => {
  assert.deepEqual(parse('event: a\n\ndata: 1\n\ndata: 2\n'), [{ id: '', event: 'message', data: '1' }]);
});

it('ignores an id with a NUL, and an empty one takes the id away', () => {
  assert.deepEqual(
    parse('id: 1\ndata: a\n\nid: 2\0\ndata: b\n\nid\ndata: c\n\n').map(({ id }) => id),
    ['1', '1', ''],
  );
});

it('refuses what does not end', () => {
  const parser = new SseParser();
  const chunk = 'x'.repeat(300_000);
  assert.throws(() => {
    for (let index = 0; index < 4; index += 1) parser.push(chunk);
  }, RangeError);
  const lines = new SseParser();
  assert.throws(() => {
    for (let index = 0; index < 4; index += 1) lines.push(`data: ${chunk}\n`);
  }, RangeError);
});
