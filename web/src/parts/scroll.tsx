import type { ReactElement, ReactNode } from 'react';

/** A place of its own to scroll in, named for screen readers; whoever has no mouse reaches it with Tab. */
export function Scroll({ label, children }: { readonly label: string; readonly children: ReactNode }): ReactElement {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className="scroll" tabIndex={0} aria-label={label}>
      {children}
    </section>
  );
}
