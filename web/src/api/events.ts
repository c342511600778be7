/** Reads a stream of server-sent events, and again after every break. */
export interface Reading {
  stop(): void;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 3_000;

export interface Hearing {
  /** The address to read from, asked before every attempt: it may carry a cursor. */
  readonly url: () => string;
  /** By name; the data are JSON. */
  readonly on: Readonly<Record<string, (data: never, id: string) => void>>;
  readonly onUp?: () => void;
  readonly onDown?: () => void;
}

/**
 * Not left to `EventSource`, which waits for three seconds and more: a person who looks at a dashboard wants it back at
 * once. The pause grows while nobody answers.
 */
export function readEvents({ url, on, onUp, onDown }: Hearing): Reading {
  let source: EventSource | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pauseMs = FIRST_PAUSE_MS;
  let stopped = false;

  const open = (): void => {
    const opened = new EventSource(url());
    source = opened;
    opened.onopen = () => {
      pauseMs = FIRST_PAUSE_MS;
      onUp?.();
    };
    opened.onerror = () => {
      if (source !== opened) return;
      opened.close();
      onDown?.();
      if (stopped) return;
      timer = setTimeout(open, pauseMs);
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    };
    for (const [type, hear] of Object.entries(on)) {
      opened.addEventListener(type, (event) => {
        const { data, lastEventId } = event as MessageEvent<string>;
        hear(JSON.parse(data) as never, lastEventId);
      });
    }
  };
  open();
  return {
    stop: () => {
      stopped = true;
      clearTimeout(timer);
      source?.close();
    },
  };
}
