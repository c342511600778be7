import assert from 'node:assert/strict';
import { it } from 'node:test';
import { explain, statisticsFields } from './statistics.ts';

const NOTHING = { fusionRuns: 0, silences: {}, problems: {}, strategies: {} };
const about = (statistics: Parameters<typeof statisticsFields>[0], liveCount = 0, troubles: string[] = []) =>
  explain({ liveCount, issuedCount: 3, troubles, statistics });

it('says in words that nothing was decided yet', () => {
  assert.equal(about(NOTHING), 'No live signal now, 3 issued in all. The strategies have not been asked yet.');
});

it('names trouble first, then the three most frequent reasons in their own words', () => {
  const silences = { no_votes: 1, tie: 5, cool_down: 9, something_new: 7 };
  const text = about({ ...NOTHING, fusionRuns: 22, silences }, 1, ['market data are older than 5 s']);
  const expected =
    '1 live signal now, 3 issued in all. Trouble: market data are older than 5 s. The strategies were asked 22 times ' +
    'since the start. What most often stood against a signal: the symbol had a signal within signals.coolDownSeconds ' +
    '(cool_down, 9 times); something_new (something_new, 7 times); the strategies for buying and for selling weigh ' +
    'the same (tie, 5 times).';
  assert.equal(text, expected);
});

it('names the strategies that never vote, and only those', () => {
  const strategies = {
    momentum: { buy: 0, sell: 1, abstained: { quiet: 8 } },
    ichimoku: { buy: 0, sell: 0, abstained: { warming: 2, 'inside the cloud': 7 } },
  };
  const text = about({ ...NOTHING, fusionRuns: 9, strategies });
  assert.match(text, /ichimoku has not voted yet, mostly: inside the cloud\.$/);
  assert.doesNotMatch(text, /momentum/);
  const fields = statisticsFields({ ...NOTHING, strategies });
  const abstentions = { 'inside the cloud': 7, warming: 2 };
  assert.deepEqual(fields.strategies.ichimoku, { buy_votes: 0, sell_votes: 0, abstentions });
  assert.deepEqual(Object.keys(fields.strategies.ichimoku!.abstentions), ['inside the cloud', 'warming']);
});
