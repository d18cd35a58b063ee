import { Icon } from '../controls/icon.tsx';
import { formatCount, formatNumberOf } from '../format/figures.ts';
import { liveState } from '../state/live-state.ts';
import { useObservable } from '../state/use-observable.ts';

/** Shows how full the store is, and warns about records that were not stored. */
export function StoreMeter() {
  const store = useObservable(liveState.store);
  if (!store) return null;
  const { spans, logs, sizeMiB, maxSizeMiB } = store;
  const dropped = Object.entries(store.dropped).filter(([, count]) => count > 0);
  const total = dropped.reduce((sum, [, count]) => sum + count, 0);
  const reasons = dropped.map(([reason, count]) => `${formatCount(count)} ${reason}`).join(', ');
  return (
    <div class="store" title={`${formatNumberOf(spans, 'span')}, ${formatNumberOf(logs, 'log')}`}>
      <span class="store-text">
        {sizeMiB.toFixed(sizeMiB < 10 ? 1 : 0)} of {maxSizeMiB} MiB
      </span>
      <meter
        aria-label="Size of the store"
        min={0}
        max={maxSizeMiB}
        value={sizeMiB}
        title={`${sizeMiB.toFixed(1)} of ${maxSizeMiB} MiB`}
      />
      {total > 0 && (
        <span class="badge warn" title={`Not stored: ${reasons}`}>
          <Icon name="warning" />
          {formatCount(total)}
          <span class="dropped">dropped</span>
        </span>
      )}
    </div>
  );
}
