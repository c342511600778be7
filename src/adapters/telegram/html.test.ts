import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Notice } from '../../contract/notice/notice.ts';
import type { QueuedNotice } from '../../ports/notice-channel.ts';
import { renderAnswer, renderParcel } from './html.ts';

const AT_MS = Date.UTC(2026, 0, 2, 14, 5, 9);

const notice = (more: Partial<Notice> = {}): Notice => ({
  ...{ key: 'j:1', kind: 'signal', level: 'info', market: 'SIMULATED medium', title: 'BUY ETHUSDT 1m at 3500.00' },
  ...{ rows: [['entry', '3500.00']], remarks: ['4 of 6 agree'], atMs: AT_MS, madeMs: AT_MS, ...more },
});

const queued = (id: number, more: Partial<Notice> = {}): QueuedNotice => ({ id, notice: notice(more) });

it('shows the market, what it is, and when in UTC', () => {
  const html = renderParcel({ notices: [queued(7)], maybeRepeated: false }, AT_MS + 1_000);
  assert.deepEqual(html.split('\n'), [
    '⚠️ <b>SIMULATED medium</b>: not a real market',
    '<b>BUY ETHUSDT 1m at 3500.00</b>',
    'entry <code>3500.00</code>',
    '4 of 6 agree',
    '<i>2026-01-02 14:05:09 UTC · #7</i>',
  ]);
});

it('marks every market that is not real, on single messages, many in one, and answers', () => {
  for (const market of ['SIMULATED medium', 'REPLAY x.csv', 'DEMO']) {
    const shown = `⚠️ <b>${market}</b>: not a real market`;
    const two = [queued(1, { market }), queued(2, { market })] as const;
    assert.equal(renderParcel({ notices: [two[0]], maybeRepeated: false }, AT_MS).split('\n')[0], shown);
    assert.equal(renderParcel({ notices: two, maybeRepeated: false }, AT_MS).split('\n')[0], shown);
    assert.equal(renderAnswer(notice({ market })).split('\n')[0], shown);
  }
  assert.doesNotMatch(renderAnswer(notice({ market: 'LIVE binance' })), /not a real market/);
});

it('escapes whatever others have written', () => {
  const html = renderAnswer(notice({ title: '<b>&', rows: [['<i>', 'a < b & c > d']], remarks: ['</code>'] }));
  assert.match(html, /<b>&lt;b&gt;&amp;<\/b>/);
  assert.match(html, /&lt;i&gt; <code>a &lt; b &amp; c &gt; d<\/code>/);
  assert.match(html, /&lt;\/code&gt;/);
});

it('says when it comes late, and that it may have come before', () => {
  const html = renderParcel({ notices: [queued(7)], maybeRepeated: true }, AT_MS + 720_000);
  assert.match(html, /told 12 min late/);
  assert.match(html, /You may have had #7 already/);
});

it('says exactly how many are told in one, and by kind', () => {
  const many = Array.from({ length: 39 }, (_, index) => queued(index + 2, { kind: index < 5 ? 'fill' : 'signal' }));
  const html = renderParcel({ notices: [queued(1), ...many], maybeRepeated: false }, AT_MS);
  assert.match(html, /<b>40 messages in one<\/b>: 35 signal, 5 fill/);
  assert.equal(html.match(/14:05:09 BUY ETHUSDT/g)?.length, 40);
});

it('stays within what Telegram takes, with whole lines and the count of what is left out', () => {
  const long = '&'.repeat(290);
  const many = Array.from({ length: 39 }, (_, index) => queued(index + 2, { title: long }));
  const html = renderParcel({ notices: [queued(1, { title: long }), ...many], maybeRepeated: true }, AT_MS);
  assert.ok(html.length <= 4_096, `${html.length}`);
  const [, left = ''] = /and (\d+) lines more/.exec(html) ?? [];
  assert.equal(Number(left) + (html.match(/^14:05:09 /gm)?.length ?? 0), 40);
  assert.match(html, /You may have had #1 already/);
});
