import assert from 'node:assert/strict';
import { it } from 'node:test';
import { ABSTAINS, clock, ETH, START_MS, trade, votes } from '../engine/scripted.testing.ts';
import { deep, Floor } from './floor.testing.ts';
import { TRADING } from './paper.testing.ts';

it('trades a signal from its claim to its target, by reports like anybody else', () => {
  const floor = new Floor().until(1_000).until(3_000, 3500, votes('buy'));
  assert.deepEqual(floor.told, ['SUBMITTED ENTRY', 'FILLED ENTRY 2.165 3500.01', 'SUBMITTED STOP']);
  assert.deepEqual(floor.engine.statement(), { executor: { ETHUSDT: 2.165 }, venue: { ETHUSDT: 2.165 } });
  const [open] = [...floor.positions.open];
  assert.deepEqual([open?.openQty, open?.entryPrice, open?.fees], [2.165, 3500.01, (2.165 * 3500.01 * 0.05) / 100]);
  floor.until(4_000, 3542.01).until(5_000, 3542.02);
  assert.deepEqual(floor.told.slice(3), ['FILLED TP2 2.165 3542.01', 'CLOSED TP2 3542.01 tp']);
  const [closed] = [...floor.positions.closed];
  const [value, exit] = [2.165 * 3500.01, 2.165 * 3542.01];
  assert.ok(Math.abs(closed!.net! - (exit - value - value * 0.0005 - exit * 0.0002)) < 1e-8, `${closed?.net}`);
  assert.deepEqual([floor.positions.openCount, closed?.reason], [0, 'tp']);
  assert.deepEqual(floor.engine.statement(), { executor: {}, venue: {} });
});

it('acts on no price whose second is over', () => {
  const floor = new Floor().until(1_000).until(3_000, 3500, votes('buy'));
  // The stop works by then: either of these would have filled it.
  floor.apply(deep(2_600, 3470), trade(2_600, 3470));
  assert.equal(floor.told.length, 3, floor.told.join());
  assert.equal(floor.engine.census.problems['late event'], 2);
  assert.deepEqual(floor.until(4_000, 3470).told.slice(3), ['FILLED STOP 2.165 3470', 'CLOSED STOP 3470 sl']);
});

it('stops out where the market is then, and says so once', () => {
  const floor = new Floor().until(1_000).until(3_000, 3500, votes('buy')).until(4_000, 3470);
  assert.deepEqual(floor.told.slice(3), ['FILLED STOP 2.165 3470', 'CLOSED STOP 3470 sl']);
  floor.until(30_000, 3600);
  assert.equal(floor.told.length, 5, 'nothing is closed twice');
});

it('takes back what is not filled in time, and tells of an account that has no room', () => {
  const floor = new Floor().until(1_000);
  // The market runs away beyond the collar of 5 bp.
  floor.dial.opinion = votes('buy');
  floor.apply(clock(2_000));
  floor.nowMs = 2_500;
  floor.until(20_000, 3510);
  assert.deepEqual(floor.told, ['SUBMITTED ENTRY', 'CANCELLED ENTRY 0 its time was over']);
  const small = new Floor({ paper: { ...TRADING.paper, minNotional: 100_000 } });
  small.until(1_000).until(3_000, 3500, votes('buy'));
  assert.equal(small.engine.census.silences.symbol_exposure, 1, 'the bot does not even signal it');
});

it('goes on after a restart from what was reported, and takes back an entry that was under way', () => {
  const floor = new Floor().until(1_000).until(3_000, 3500, votes('buy')).restart();
  floor.until(5_000, 3500);
  assert.deepEqual(floor.engine.statement(), { executor: { ETHUSDT: 2.165 }, venue: { ETHUSDT: 2.165 } });
  floor.until(6_000, 3470);
  assert.deepEqual(floor.told.slice(-2), ['FILLED STOP 2.165 3470', 'CLOSED STOP 3470 sl']);
  assert.equal(floor.told.filter((line) => line.startsWith('SUBMITTED STOP')).length, 2, 'its stop was placed again');
  const entering = new Floor().until(1_000);
  entering.dial.opinion = votes('buy');
  entering.apply(clock(2_000)).restart();
  entering.nowMs = 2_000;
  entering.until(4_000);
  assert.deepEqual(entering.told, ['SUBMITTED ENTRY', 'CANCELLED ENTRY 0 the process ended before it was filled']);
});

it('takes up after a restart what is listed later, as a live market does, and closes what was to be closed meanwhile', () => {
  const floor = new Floor().until(1_000).until(3_000, 3500, votes('buy'));
  floor.restart(false);
  for (let second = 3; second < 120; second += 1) floor.apply(clock(second * 1000));
  assert.equal(floor.engine.statement(), undefined, 'nobody can say yet');
  assert.equal(floor.told.length, 3, 'nothing is told of what is not taken up');
  floor.apply({ kind: 'instrument', instrument: ETH });
  floor.nowMs = 120_000;
  floor.until(121_000);
  assert.deepEqual(floor.engine.statement(), { executor: { ETHUSDT: 2.165 }, venue: { ETHUSDT: 2.165 } });
  floor.until(123_000, 3470);
  assert.deepEqual(floor.told.slice(-2), ['FILLED STOP 2.165 3470', 'CLOSED STOP 3470 sl']);

  const late = new Floor().until(1_000).until(3_000, 3500, votes('buy'));
  late.restart(false).apply(clock(1_000_000));
  assert.equal(late.effects.filter(({ kind }) => kind === 'close_issued').length, 1, 'its time was over');
  late.apply({ kind: 'instrument', instrument: ETH });
  late.nowMs = 1_001_000;
  late.until(1_004_000, 3490, ABSTAINS);
  assert.equal(late.told.at(-1), 'CLOSED CLOSE 3490 time stop after 900 s');
});

it('closes at the last prices what is open in an instrument that is not watched any more', () => {
  const gone = { kind: 'delisted', symbol: 'ETHUSDT', eventTimeMs: START_MS + 4_000 } as const;
  const floor = new Floor().until(1_000).until(3_000, 3500, votes('buy')).until(4_000, 3510, ABSTAINS);
  floor.apply(gone, clock(5_000), clock(6_000));
  const last = floor.told.at(-1)!;
  // One basis point for what nobody sees.
  assert.match(last, /^CLOSED CLOSE 3509\.649 ETHUSDT is not watched any more$/);
  assert.deepEqual(floor.engine.statement(), { executor: {}, venue: {} });
  floor.apply({ kind: 'instrument', instrument: ETH });
  floor.nowMs = 7_000;
  assert.equal(floor.until(20_000).told.at(-1), last);

  const entering = new Floor().until(1_000);
  entering.dial.opinion = votes('buy');
  entering.apply(clock(2_000), { ...gone, eventTimeMs: START_MS + 2_000 }, clock(3_000));
  assert.deepEqual(entering.told, ['SUBMITTED ENTRY', 'CANCELLED ENTRY 0 ETHUSDT is not watched any more']);
});

it('is closed by time, by a decision for the other side, and by a person, each once', () => {
  const byTime = new Floor().until(1_000).until(3_000, 3500, votes('buy')).until(906_000);
  assert.deepEqual(byTime.told.slice(3), [
    'FILLED CLOSE 2.165 3500',
    'FILLED CLOSE 2.165 3500',
    'CLOSED CLOSE 3500 time stop after 900 s',
  ]);
  const opposite = new Floor().until(1_000).until(3_000, 3500, votes('buy')).until(6_000, 3500, votes('sell'));
  assert.equal(opposite.told.at(-1), 'CLOSED CLOSE 3500 opposite decision');
  const byHand = new Floor().until(1_000).until(3_000, 3500, votes('buy'));
  const [{ signalId, account }] = [[...byHand.positions.open][0]!];
  const moment = { atMs: START_MS + 3_000, wallMs: START_MS + 3_000, speed: 1 };
  const close = { kind: 'close', signalId, account, reason: 'enough', by: 'me' } as const;
  for (let times = 0; times < 3; times += 1) byHand.engine.take(close, moment);
  byHand.effects.push(...byHand.engine.drain());
  byHand.until(5_000);
  assert.equal(byHand.told.filter((line) => line.startsWith('CLOSED')).length, 1);
  assert.equal(byHand.told.at(-1), 'CLOSED CLOSE 3500 enough');
});

it('takes profit in three parts when it is told to, moves the stop to nothing lost, and never back', () => {
  const exits = { ...TRADING.exits, ladder: true, breakEven: true, timeStopSeconds: 0 };
  const floor = new Floor({ exits }).until(1_000).until(3_000, 3500, votes('buy')).until(6_000, 3528.05);
  assert.ok(floor.told.includes('FILLED TP1 1.082 3528.01'), floor.told.join('\n'));
  const amended = floor.effects.filter((effect) => effect.kind === 'signal_amended');
  // 3500.01 and 12 bp: fees of both orders, and slippage.
  assert.deepEqual(
    amended.map(({ stopPrice }) => stopPrice),
    [3504.22],
  );
  floor.until(9_000, 3504).until(10_000);
  const mean = Number(((1.082 * 3528.01 + 1.083 * 3504) / 2.165).toPrecision(15));
  assert.deepEqual(floor.told.slice(-2), ['FILLED STOP 1.083 3504', `CLOSED STOP ${mean} trailing`]);
});

it('takes all three parts when the market jumps beyond them at once', () => {
  const exits = { ...TRADING.exits, ladder: true, timeStopSeconds: 0 };
  const floor = new Floor({ exits }).until(1_000).until(3_000, 3500, votes('buy')).until(6_000, 3600).until(10_000);
  const exitsTold = floor.told.filter((line) => /TP\d/.test(line)).map((line) => line.split(' ').slice(0, 2).join(' '));
  assert.deepEqual(exitsTold, ['FILLED TP1', 'FILLED TP2', 'FILLED TP3', 'CLOSED TP3'], floor.told.join('\n'));
});

it('refuses its account to everybody else', () => {
  const floor = new Floor();
  const open = {
    kind: 'open_session',
    sessionId: 's',
    account: 'paper',
    consumer: 'c',
    instance: 'a'.repeat(32),
  } as const;
  const reply = floor.engine.take(
    { ...open, symbols: [], capabilities: [], takeover: true },
    { atMs: START_MS, wallMs: START_MS, speed: 1 },
  );
  assert.equal(reply.ok ? 'ok' : reply.refusal.code, 'account_held');
});

it('fills nothing of history, and hears prints where there is nothing better', () => {
  const floor = new Floor().apply(trade(0), clock(1_000));
  floor.dial.opinion = votes('buy');
  floor.apply(trade(1_200), clock(2_000), trade(2_500, 3500.2));
  assert.ok(
    floor.told.some((line) => line.startsWith('PARTIAL ENTRY 1 ')),
    floor.told.join('\n'),
  );
});

it('fills the same tape the same way, to the byte', () => {
  const play = () => {
    const exits = { ...TRADING.exits, ladder: true, breakEven: true, trailing: true, trailingMinutes: 2 };
    const floor = new Floor({ exits });
    for (let second = 1; second < 1_500; second += 1) {
      const shows = second % 400 < 5 ? votes(second % 800 < 400 ? 'buy' : 'sell') : ABSTAINS;
      floor.until(second * 1000, Math.round((3500 + 30 * ((second % 97) / 97) - (second % 13)) * 100) / 100, shows);
    }
    return floor.effects;
  };
  const effects = play();
  assert.ok(effects.filter(({ kind }) => kind === 'delivery_reported').length > 10);
  assert.equal(JSON.stringify(play()), JSON.stringify(effects));
});
