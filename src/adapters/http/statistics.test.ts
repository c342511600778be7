import assert from 'node:assert/strict';
import { it } from 'node:test';
import { explain, statisticsFields } from './statistics.ts';

const NOTHING = { fusionRuns: 0, silences: {}, problems: {}, strategies: {} };
const about = (
  statistics: Parameters<typeof statisticsFields>[0],
  { liveCount = 0, troubles = [] as string[], deciding = true } = {},
) => explain({ liveCount, issuedCount: 3, keptBack: undefined, troubles, deciding, statistics });

it('says in words that nothing was decided yet, and when it will be', () => {
  const expected =
    'No live signal now, 3 issued in all. The strategies have not been asked yet: they are asked every second while ' +
    'market data arrive, and when a bar closes.';
  const waiting = { momentum: { buy: 0, sell: 0, abstained: {} } };
  assert.equal(about({ ...NOTHING, strategies: waiting }), expected);
});

it('speaks in whole sentences of few counts, and of none that are zero', () => {
  const strategies = { momentum: { buy: 0, sell: 0, abstained: { warming: 1 } } };
  const expected =
    'No live signal now, 3 issued in all. The strategies were asked once since the start. What stood against a signal: ' +
    'no strategy sees anything: all of them abstain (no_votes, once).';
  assert.equal(about({ ...NOTHING, fusionRuns: 1, silences: { no_votes: 1, tie: 0 }, strategies }), expected);
  const asked = 'No live signal now, 3 issued in all. The strategies were asked 2 times since the start.';
  assert.equal(about({ ...NOTHING, fusionRuns: 2 }), asked);
});

it('leads with trouble, then the three most frequent reasons in their own words', () => {
  const silences = { no_votes: 1, tie: 5, cool_down: 9, something_new: 7 };
  const troubles = ['market data are older than 5 s'];
  const text = about({ ...NOTHING, fusionRuns: 22, silences }, { liveCount: 1, troubles });
  const expected =
    'Trouble: market data are older than 5 s. 1 live signal now, 3 issued in all. The strategies were asked 22 times ' +
    'since the start. What most often stood against a signal: the symbol had a signal within signals.coolDownSeconds ' +
    '(cool_down, 9 times); something_new (something_new, 7 times); the strategies for buying and for selling weigh ' +
    'the same (tie, 5 times).';
  assert.equal(text, expected);
});

it('says before anything else that a failed journal ends all signals', () => {
  const text = about(NOTHING, { troubles: ['the journal cannot write: disk full'], deciding: false });
  const lead =
    'Trouble: the journal cannot write: disk full. No signal is issued until that is repaired and Tapewire started ' +
    'again. No live signal now';
  assert.equal(text.slice(0, lead.length), lead);
});

it('names the strategies that never vote, once they were asked often, and only those', () => {
  const strategies = {
    momentum: { buy: 0, sell: 1, abstained: { quiet: 800 } },
    ichimoku: { buy: 0, sell: 0, abstained: { warming: 2, 'inside the cloud': 98 } },
    late: { buy: 0, sell: 0, abstained: { warming: 99 } },
  };
  const text = about({ ...NOTHING, fusionRuns: 100, strategies });
  assert.match(text, / ichimoku has not voted yet, mostly: inside the cloud\.$/);
  assert.doesNotMatch(text, /momentum|late/);
  const fields = statisticsFields({ ...NOTHING, strategies });
  const abstentions = { 'inside the cloud': 98, warming: 2 };
  assert.deepEqual(fields.strategies.ichimoku, { buy_votes: 0, sell_votes: 0, abstentions });
  assert.deepEqual(Object.keys(fields.strategies.ichimoku!.abstentions), ['inside the cloud', 'warming']);
});

it('says why the clients of the guide see nothing', () => {
  const statistics = { fusionRuns: 0, silences: {}, problems: {}, strategies: {} };
  const keptBack = 'signals go to atas-1, which holds the account default';
  const told = explain({ liveCount: 1, issuedCount: 1, keptBack, troubles: [], deciding: true, statistics });
  assert.match(told, /The guide's routes show none: signals go to atas-1/);
});
