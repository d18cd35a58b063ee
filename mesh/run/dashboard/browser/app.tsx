import { useEffect, useRef, useState } from 'preact/hooks';
import { focusSearch, moveInList } from './controls/keyboard.ts';
import { useShortcut } from './controls/use-shortcut.ts';
import { Banner } from './frame/banner.tsx';
import { HelpDialog } from './frame/help-dialog.tsx';
import { PageHeader } from './frame/page-header.tsx';
import { VIEWS } from './frame/views.ts';
import { GraphPage } from './graph/graph-page.tsx';
import { LogsPage } from './logs/logs-page.tsx';
import { MetricsPage } from './metrics/metrics-page.tsx';
import { ProcessesPage } from './processes/processes-page.tsx';
import { reloadState } from './state/live-connection.ts';
import { liveState } from './state/live-state.ts';
import { currentRoute, openRoute, savedScrollPosition } from './state/navigation.ts';
import type { PageRoute } from './state/routes.ts';
import { useObservable } from './state/use-observable.ts';
import { TracePage } from './traces/trace-page.tsx';
import { TracesPage } from './traces/traces-page.tsx';

/** The whole page. */
export function App() {
  const route = useObservable(currentRoute);
  const [isHelpOpen, setHelpOpen] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const main = useRef<HTMLElement>(null);
  useShortcuts(() => setHelpOpen((isOpen) => !isOpen));
  useViewChange(route.view, main.current);
  return (
    <>
      <PageHeader
        route={route}
        onSkip={() => main.current?.focus()}
        onHelp={() => setHelpOpen(true)}
        onProblem={setProblem}
      />
      <Banner problem={problem} onClose={() => setProblem(null)} />
      <main id="main" tabindex={-1} ref={main}>
        <View route={route} />
      </main>
      <HelpDialog isOpen={isHelpOpen} onClose={() => setHelpOpen(false)} />
    </>
  );
}

function View({ route }: { readonly route: PageRoute }) {
  switch (route.view) {
    case 'graph':
      return <GraphPage callId={route.callId} field={route.field} />;
    case 'processes':
      return <ProcessesPage name={route.name} />;
    case 'traces':
      return <TracesPage filters={route.filters} />;
    case 'trace':
      return <TracePage key={route.traceId} traceId={route.traceId} spanId={route.spanId} />;
    case 'logs':
      return <LogsPage filters={route.filters} />;
    case 'metrics':
      return <MetricsPage name={route.name} service={route.service} range={route.range} />;
  }
}

function useShortcuts(toggleHelp: () => void): void {
  for (const { key, route } of VIEWS) useShortcut(`g ${key}`, () => openRoute(route), true);
  useShortcut('/', focusSearch, true);
  useShortcut('j', () => moveInList(1), true);
  useShortcut('k', () => moveInList(-1), true);
  useShortcut('r', () => void reloadState().catch(() => {}), true);
  useShortcut('.', () => liveState.isPaused.set(!liveState.isPaused.value), true);
  useShortcut('e', () => location.assign('/api/export'), true);
  useShortcut('?', toggleHelp, true);
  useShortcut('Escape', leaveField, true);
}

function leaveField(): void {
  if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
}

/** Titles the document, and moves the focus to the new view so that screen readers announce it. */
function useViewChange(view: PageRoute['view'], main: HTMLElement | null): void {
  const isFirst = useRef(true);
  useEffect(() => {
    const text = view === 'trace' ? 'Trace' : VIEWS.find((one) => one.route.view === view)?.text;
    document.title = `${text ?? 'Page'} – Weft`;
    if (!isFirst.current) main?.focus({ preventScroll: true });
    if (!isFirst.current) scrollTo(0, savedScrollPosition());
    isFirst.current = false;
  }, [view]);
}
