import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readCapture } from './capture-file.ts';
import { VenueRefusal } from './refusal.ts';

const folder = mkdtempSync(join(tmpdir(), 'capture-'));
after(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer): string {
  const path = join(folder, 'own.jsonl');
  writeFileSync(path, content);
  return path;
}

const FRAME = '{"stream":"btcusdt@aggTrade","data":{"e":"aggTrade","E":1721260800005,"s":"BTCUSDT"}}';
const ANSWER = '{"lastUpdateId":7,"E":1721260800000,"T":1721260800000,"bids":[["1","2"]],"asks":[["3","4"]]}';

it('reads a recording of anybody: a time, a frame or an answer, gzipped or not', () => {
  const text = `1721260800000000 ${ANSWER}\n1721260800002000 ${FRAME}\n`;
  for (const content of [text, gzipSync(text)]) {
    const { frames, snapshots } = readCapture(fileOf(content));
    assert.deepEqual(
      frames.map(({ stream, symbol }) => [stream, symbol]),
      [['btcusdt@aggTrade', 'BTCUSDT']],
    );
    assert.equal(snapshots.get('BTCUSDT')?.lastUpdateId, 7);
  }
});

it('refuses what is no capture, with the file and the reason', () => {
  for (const [content, problem] of [
    ['', /^venue: own.jsonl is no raw capture: there is no frame in it$/],
    [`1721260800000000 ${ANSWER}\n`, /there is no frame in it$/],
    ['price,size\n', /^venue: own.jsonl:1 does not begin with a time in us or ns$/],
    [
      '1721260800000000 price,size\n',
      /^venue: own.jsonl has a line that is neither a frame nor an answer: price,size$/,
    ],
    [gzipSync(`1721260800002000 ${FRAME}\n`).subarray(0, 30), /own.jsonl cannot be read: unexpected end of file$/],
  ] as const) {
    const path = fileOf(content as string | Buffer);
    assert.throws(
      () => readCapture(path),
      (error) => error instanceof VenueRefusal && problem.test(error.message),
      String(problem),
    );
  }
  assert.throws(() => readCapture(join(folder, 'nosuch')), /nosuch cannot be read: there is no such file or folder$/);
});
