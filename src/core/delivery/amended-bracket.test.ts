import assert from 'node:assert/strict';
import { it } from 'node:test';
import fc from 'fast-check';
import { amendedBracket } from './amended-bracket.ts';
import { DRAFT } from './scene.testing.ts';

const SELL = { ...DRAFT, side: 'sell', stopPrice: 3517.5, targetPrices: [3472, 3458, 3437] } as const;

it('keeps what nobody changes', () => {
  const { stopPrice, targetPrices } = DRAFT;
  assert.deepEqual(amendedBracket(DRAFT), { stopPrice, targetPrices });
  assert.deepEqual(amendedBracket(SELL, { targetPrices: [undefined, 3450] }), {
    stopPrice: 3517.5,
    targetPrices: [3472, 3450, 3437],
  });
});

it('moves the one target of a signal as one, and what is named apart from it', () => {
  const one = { ...DRAFT, targetPrices: [3542, 3542, 3542] } as const;
  const targetsOf = (
    targetPrices: readonly (number | undefined)[],
    signal = one as Parameters<typeof amendedBracket>[0],
  ) => (amendedBracket(signal, { targetPrices }) as { targetPrices: unknown }).targetPrices;
  assert.deepEqual(targetsOf([undefined, 3550]), [3550, 3550, 3550]);
  assert.deepEqual(targetsOf([undefined, 3530]), [3530, 3530, 3530]);
  assert.deepEqual(targetsOf([3520, 3550, 3560]), [3520, 3550, 3560]);
  assert.deepEqual(targetsOf([3520]), [3520, 3542, 3542]);
  assert.deepEqual(targetsOf([undefined, 3550], { ...DRAFT, targetPrices: [3528, 3542, 3542] }), [3528, 3550, 3550]);
});

it('says what is wrong', () => {
  const problems: [Parameters<typeof amendedBracket>, RegExp][] = [
    [[DRAFT, { stopPrice: 3500 }], /The stop 3500 must be below the entry 3500/],
    [[SELL, { stopPrice: 3499 }], /The stop 3499 must be above the entry 3500/],
    [[DRAFT, { targetPrices: [3500] }], /The target 3500 must be above the entry/],
    [[SELL, { targetPrices: [3501] }], /The target 3501 must be below the entry/],
    [[DRAFT, { targetPrices: [3550] }], /nearest first/],
    [[SELL, { targetPrices: [undefined, undefined, 3470] }], /nearest first/],
    [[DRAFT, { stopPrice: Number.NaN }], /NaN is not a price/],
    [[DRAFT, { stopPrice: 0 }], /0 is not a price/],
    [[DRAFT, { targetPrices: [undefined, undefined, Number.POSITIVE_INFINITY] }], /Infinity is not a price/],
    [[DRAFT, { stopPrice: 3530 }, true], /The stop 3530 must be below the target 3528/],
  ];
  for (const [args, problem] of problems) assert.match(String(amendedBracket(...args)), problem);
});

it('lets the stop of an open position pass its entry, which trailing does', () => {
  assert.equal(typeof amendedBracket(DRAFT, { stopPrice: 3510 }, true), 'object');
  assert.equal(typeof amendedBracket(SELL, { stopPrice: 3490 }, true), 'object');
});

it('never passes a bracket that would lose at a target or win at its stop', () => {
  const price = fc.double({ min: 1, max: 10_000, noNaN: true });
  const law = fc.property(
    fc.boolean(),
    price,
    fc.array(price, { minLength: 3, maxLength: 3 }),
    (buys, stop, targets) => {
      const signal = buys ? DRAFT : SELL;
      const bracket = amendedBracket(signal, { stopPrice: stop, targetPrices: targets });
      if (typeof bracket === 'string') return;
      const away = buys ? 1 : -1;
      const ladder = [bracket.stopPrice, signal.entryPrice, ...bracket.targetPrices].map((each) => each * away);
      assert.deepEqual(
        ladder,
        ladder.toSorted((a, b) => a - b),
      );
      assert.ok(ladder[0]! < ladder[1]! && ladder[1]! < ladder[2]!);
    },
  );
  fc.assert(law, { numRuns: 2_000 });
});
