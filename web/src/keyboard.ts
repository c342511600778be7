import { useLayoutEffect } from 'react';

/** One key, what it does in words, and the doing. */
export interface Shortcut {
  readonly key: string;
  readonly says: string;
  readonly run: () => void;
}

/** Single keys, where nobody is typing and no dialog asks for an answer. */
export function useShortcuts(shortcuts: readonly Shortcut[]): void {
  // Before anything is painted: whoever sees what a key does may press it.
  useLayoutEffect(() => {
    const hear = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
      const { target } = event;
      if (target instanceof Element && target.closest('input, select, textarea, dialog') !== null) return;
      const meant = shortcuts.find(({ key }) => key === event.key);
      if (meant === undefined) return;
      event.preventDefault();
      meant.run();
    };
    document.addEventListener('keydown', hear);
    return () => document.removeEventListener('keydown', hear);
  }, [shortcuts]);
}
