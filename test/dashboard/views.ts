import axe from 'axe-core';
import type { Visitor } from './visitor.ts';

/** Every view, by the key that leads to it. */
export const VIEWS = { 1: 'Market', 2: 'Signals', 3: 'Positions', 4: 'Health', 5: 'Settings' } as const;

interface Finding {
  readonly id: string;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/** What axe-core finds wrong with the page as it is. */
export async function accessibilityProblems({ page }: Visitor): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = (await page.evaluate('axe.run()')) as { readonly violations: readonly Finding[] };
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
  );
}

/** How much wider the page is than the screen, CSS pixels. */
export async function overflowPx({ page }: Visitor): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'));
}

/** Numbers, times and buttons that take more than one line, and words of tables that go on in the next. */
export async function brokenTexts({ page }: Visitor): Promise<string[]> {
  return (await page.evaluate(`(${FIND_BROKEN})()`)) as string[];
}

/** Runs in the page. Two boxes of one text that share no height stand on two lines. */
const FIND_BROKEN = `() => {
  const lines = (range) => {
    const tops = [];
    for (const { top, bottom, width } of [...range.getClientRects()].sort((a, b) => a.top - b.top)) {
      if (width > 0 && (tops.length === 0 || top >= tops.at(-1).bottom - 1)) tops.push({ bottom });
    }
    return tops.length;
  };
  const broken = [];
  for (const whole of document.querySelectorAll('td.number, time, button, .last strong')) {
    const range = document.createRange();
    range.selectNodeContents(whole);
    const unseen = whole.querySelector('.unseen');
    if (unseen !== null) range.setEndBefore(unseen);
    if (lines(range) > 1) broken.push(whole.textContent);
  }
  for (const cell of document.querySelectorAll('main :is(th, td)')) {
    const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      if (text.parentElement.closest('.unseen') !== null) continue;
      for (const { 0: word, index } of text.data.matchAll(/[\\p{L}\\p{N}.,_]+/gu)) {
        const range = document.createRange();
        range.setStart(text, index);
        range.setEnd(text, index + word.length);
        if (lines(range) > 1) broken.push(word + ' in ' + cell.textContent);
      }
    }
  }
  return broken;
}`;
