import { type ReactElement, useEffect, useMemo, useState } from 'react';
import { house } from './api/house.ts';
import { useStore } from './api/store.ts';
import type { Signal } from './api/wire.ts';
import { clockHere, marketTime } from './format.ts';
import { type Shortcut, useShortcuts } from './keyboard.ts';
import { Boundary } from './parts/boundary.tsx';
import { Confirm, type Question } from './parts/confirm.tsx';
import { Moment } from './parts/time.tsx';
import { Accounts, halting, resuming } from './views/accounts.tsx';
import { HealthView } from './views/health.tsx';
import { Locked } from './views/locked.tsx';
import { Market } from './views/market.tsx';
import { Settings } from './views/settings.tsx';
import { Signals } from './views/signals.tsx';

const VIEWS = ['Market', 'Signals', 'Positions', 'Health', 'Settings'] as const;
type View = (typeof VIEWS)[number];

const THEME_KEY = 'tapewire-theme';

export function App(): ReactElement {
  const link = useStore(house.link);
  const signals = useStore(house.signals);
  const accounts = useStore(house.accounts);
  const instruments = useStore(house.instruments);
  const [view, setView] = useState<View>('Market');
  const [symbol, setSymbol] = useState<string>();
  const [signalId, setSignalId] = useState<string>();
  const [question, setQuestion] = useState<Question>();
  const [isHelping, setHelping] = useState(false);
  const [isDark, setDark] = useTheme();
  const isHalted = accounts.find(({ account }) => account === 'default')?.halted ?? false;

  const shortcuts = useMemo((): readonly Shortcut[] => {
    const move = (by: number): void => {
      if (view === 'Market') {
        const at = Math.max(
          0,
          instruments.findIndex((each) => each.symbol === symbol),
        );
        setSymbol(instruments[Math.min(instruments.length - 1, Math.max(0, at + by))]?.symbol);
      } else {
        const newestFirst = signals.toReversed();
        const at = newestFirst.findIndex(({ id }) => id === signalId);
        setView('Signals');
        setSignalId(newestFirst[Math.min(newestFirst.length - 1, Math.max(0, at + by))]?.id);
      }
    };
    return [
      ...VIEWS.map((each, index) => ({ key: String(index + 1), says: each, run: () => setView(each) })),
      { key: 'j', says: 'the next instrument or signal', run: () => move(1) },
      { key: 'k', says: 'the one before', run: () => move(-1) },
      { key: '/', says: 'filter the instruments', run: () => focusOnFilter(setView) },
      {
        ...{ key: 'h', says: isHalted ? 'resume default' : 'halt default' },
        run: () => setQuestion(isHalted ? resuming('default') : halting('default')),
      },
      { key: 't', says: 'dark or light', run: () => setDark(!isDark) },
      { key: '?', says: 'this list', run: () => setHelping((before) => !before) },
    ];
  }, [view, symbol, signalId, signals, instruments, isHalted, isDark, setDark]);
  useShortcuts(link === 'locked' ? [] : shortcuts);

  if (link === 'locked') return <Locked />;
  const showOnChart = (signal: Signal): void => {
    setSymbol(signal.symbol);
    setView('Market');
  };
  const showSignal = (id: string): void => {
    setSignalId(id);
    setView('Signals');
  };
  return (
    <>
      <Head isHalted={isHalted} ask={setQuestion} help={() => setHelping(true)} isDark={isDark} setDark={setDark} />
      <nav aria-label="Views">
        {VIEWS.map((each, index) => (
          <button
            key={each}
            type="button"
            aria-current={each === view ? 'page' : undefined}
            onClick={() => setView(each)}
          >
            {each} <kbd>{index + 1}</kbd>
          </button>
        ))}
      </nav>
      <main className={link === 'lost' ? 'stale' : undefined}>
        <Boundary key={view}>
          {view === 'Market' && (
            <Market {...{ symbol, isDark, showSignal }} choose={setSymbol} chosenSignal={signalId} />
          )}
          {view === 'Signals' && (
            <Signals chosen={signalId} choose={setSignalId} ask={setQuestion} showOnChart={showOnChart} />
          )}
          {view === 'Positions' && <Accounts ask={setQuestion} showSignal={showSignal} />}
          {view === 'Health' && <HealthView ask={setQuestion} />}
          {view === 'Settings' && <Settings />}
        </Boundary>
      </main>
      <footer>
        Charts by <a href="https://www.tradingview.com/">TradingView</a> (Lightweight Charts). Signals are opinions of
        simple rules, not advice.
      </footer>
      {question !== undefined && <Confirm question={question} close={() => setQuestion(undefined)} />}
      {isHelping && <Help shortcuts={shortcuts} close={() => setHelping(false)} />}
    </>
  );
}

interface HeadProps {
  readonly isHalted: boolean;
  readonly ask: (question: Question) => void;
  readonly help: () => void;
  readonly isDark: boolean;
  readonly setDark: (isDark: boolean) => void;
}

/** On every view: which market it is, whether what is shown is so now, and the switch that stops it. */
function Head({ isHalted, ask, help, isDark, setDark }: HeadProps): ReactElement {
  const link = useStore(house.link);
  const lostSince = useStore(house.lostSince);
  const health = useStore(house.health);
  const isReal = health?.market.startsWith('LIVE') ?? false;
  return (
    <header className="head">
      <h1>Tapewire</h1>
      {health !== undefined && (
        <p className={isReal ? 'badge real' : 'badge unreal'} data-testid="market">
          <strong>{health.market}</strong> {isReal ? '' : UNREAL[health.market.split(' ')[0]!]}
        </p>
      )}
      <p className={`link ${link}`} role={link === 'lost' ? 'alert' : 'status'} data-testid="link">
        {link === 'live' && `live, ${health?.status ?? ''}`}
        {link === 'connecting' && 'connecting'}
        {link === 'lost' &&
          `connection lost since ${lostSince === undefined ? '' : clockHere(lostSince)}; trying again`}
      </p>
      {health !== undefined && (
        <p className="clock">
          <span>market, UTC</span> <Moment at={marketTime(health.timestamp)} />
        </p>
      )}
      {isHalted && <p className="halted">HALTED</p>}
      <p className="buttons">
        <button
          type="button"
          className={isHalted ? undefined : 'danger'}
          onClick={() => ask(isHalted ? resuming('default') : halting('default'))}
        >
          {isHalted ? 'Resume' : 'Halt'}
        </button>
        <button type="button" onClick={() => setDark(!isDark)}>
          {isDark ? 'Light' : 'Dark'}
        </button>
        <button type="button" onClick={help}>
          Keys
        </button>
      </p>
    </header>
  );
}

const UNREAL: Readonly<Record<string, string>> = {
  SIMULATED: 'Invented prices. Nothing of this is a real market.',
  REPLAY: 'Recorded prices of the past. Nothing of this happens now.',
  DEMO: 'Test signals with fixed prices. No market is watched.',
};

function Help({
  shortcuts,
  close,
}: {
  readonly shortcuts: readonly Shortcut[];
  readonly close: () => void;
}): ReactElement {
  return (
    <dialog
      ref={(dialog) => {
        if (dialog?.open === false) dialog.showModal();
      }}
      onClose={close}
      aria-labelledby="help-title"
    >
      <h2 id="help-title">Keys</h2>
      <dl className="keys">
        {shortcuts.map(({ key, says }) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{says}</dd>
          </div>
        ))}
      </dl>
      <p className="buttons">
        <button type="button" onClick={(event) => event.currentTarget.closest('dialog')?.close()}>
          Close
        </button>
      </p>
    </dialog>
  );
}

function focusOnFilter(setView: (view: View) => void): void {
  setView('Market');
  // It may only be there after the view has changed.
  requestAnimationFrame(() => document.getElementById('filter')?.focus());
}

/** As the system has it, until somebody chooses here. */
function useTheme(): [isDark: boolean, choose: (isDark: boolean) => void] {
  const [isDark, setDark] = useState(() => {
    const kept = localStorage.getItem(THEME_KEY);
    return kept === null ? !matchMedia('(prefers-color-scheme: light)').matches : kept === 'dark';
  });
  useEffect(() => {
    document.documentElement.dataset.theme = isDark ? 'dark' : 'light';
  }, [isDark]);
  return [
    isDark,
    (chosen) => {
      localStorage.setItem(THEME_KEY, chosen ? 'dark' : 'light');
      setDark(chosen);
    },
  ];
}
