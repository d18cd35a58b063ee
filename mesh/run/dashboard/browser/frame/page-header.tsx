import { Icon } from '../controls/icon.tsx';
import { Badge } from '../controls/notes.tsx';
import { liveState } from '../state/live-state.ts';
import type { PageRoute } from '../state/routes.ts';
import { useObservable } from '../state/use-observable.ts';
import { ImportButton } from './import-button.tsx';
import { NavigationBar } from './navigation-bar.tsx';
import { StoreMeter } from './store-meter.tsx';
import { nextTheme, theme } from './theme.ts';

interface PageHeaderProps {
  readonly route: PageRoute;
  /** Moves the focus past the header. */
  readonly onSkip: () => void;
  readonly onHelp: () => void;
  readonly onProblem: (problem: string | null) => void;
}

/** The top of the page: where the data comes from, the views, and what applies to all views. */
export function PageHeader({ route, onSkip, onHelp, onProblem }: PageHeaderProps) {
  const currentTheme = useObservable(theme);
  const isPaused = useObservable(liveState.isPaused);
  return (
    <header class="top">
      <button type="button" class="skip" onClick={onSkip}>
        Skip to the content
      </button>
      <div class="brand">
        <span class="wordmark">Weft</span>
        <SourceState isPaused={isPaused} />
      </div>
      <NavigationBar route={route} />
      <div class="tools">
        <StoreMeter />
        <button
          type="button"
          class="tool"
          aria-pressed={isPaused}
          title={isPaused ? 'Resume live updates (.)' : 'Pause live updates (.)'}
          onClick={() => liveState.isPaused.set(!isPaused)}
        >
          <Icon name={isPaused ? 'resume' : 'pause'} />
          <span>{isPaused ? 'Resume' : 'Pause'}</span>
        </button>
        <a class="tool" href="/api/export" download title="Export all data as a file (e)">
          <Icon name="export" />
          <span>Export</span>
        </a>
        <ImportButton onProblem={onProblem} />
        <button
          type="button"
          class="tool compact"
          onClick={nextTheme}
          aria-label={`Theme: ${currentTheme}`}
          title={`Theme: ${currentTheme}`}
        >
          <Icon name="theme" />
        </button>
        <button
          type="button"
          class="tool compact"
          onClick={onHelp}
          aria-label="Keyboard shortcuts"
          title="Keyboard shortcuts (?)"
        >
          <Icon name="help" />
        </button>
      </div>
    </header>
  );
}

function SourceState({ isPaused }: { readonly isPaused: boolean }) {
  const info = useObservable(liveState.info);
  const connection = useObservable(liveState.connection);
  if (!info) return null;
  const isOpen = connection === 'open';
  return (
    <span class="source">
      <span class="source-name" title={info.source}>
        {info.source}
      </span>
      {!info.isLive ? (
        <Badge tone="neutral">imported</Badge>
      ) : (
        <Badge tone={isOpen && !isPaused ? 'good' : 'warn'}>
          <span class={isOpen && !isPaused ? 'dot pulse' : 'dot'} aria-hidden="true" />
          {isPaused ? 'paused' : isOpen ? 'live' : 'not connected'}
        </Badge>
      )}
    </span>
  );
}
