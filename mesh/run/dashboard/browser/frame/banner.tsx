import { Icon } from '../controls/icon.tsx';
import { liveState } from '../state/live-state.ts';
import { useObservable } from '../state/use-observable.ts';

interface BannerProps {
  readonly problem: string | null;
  readonly onClose: () => void;
}

/** Shows what concerns the whole page: that the server does not respond, or that an import failed. */
export function Banner({ problem, onClose }: BannerProps) {
  const connection = useObservable(liveState.connection);
  const text =
    connection === 'refused'
      ? 'The token is missing or wrong. Open the address that npm start printed.'
      : connection === 'retrying'
        ? 'The dashboard does not respond; retrying'
        : null;
  return (
    <div role="status" class="banners">
      {text !== null && (
        <p class={connection === 'refused' ? 'banner bad' : 'banner warn'}>
          <Icon name={connection === 'refused' ? 'error' : 'warning'} />
          {text}
        </p>
      )}
      {problem !== null && (
        <p class="banner bad">
          <Icon name="error" />
          <span>{problem}</span>
          <button type="button" class="icon-button" aria-label="Close the message" onClick={onClose}>
            <Icon name="close" />
          </button>
        </p>
      )}
    </div>
  );
}
