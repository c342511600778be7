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
