import type { CallView } from '../../api/views.ts';
import { formatCount, formatMs, formatPercent, formatRate, NO_VALUE } from '../format/figures.ts';
import { formatAge } from '../format/times.ts';
import { retryRatio } from './call-groups.ts';

interface CallFiguresProps {
  readonly call: CallView;
  readonly windowSeconds: number;
}

/** Shows the numbers of a call in the window, and its totals. */
export function CallFigures({ call, windowSeconds }: CallFiguresProps) {
  const hasTraffic = call.ratePerSecond > 0;
  const figures: readonly (readonly [string, string])[] = [
    ['Rate', hasTraffic ? formatRate(call.ratePerSecond) : NO_VALUE],
    ['Errors', hasTraffic ? formatPercent(call.errorRatio) : NO_VALUE],
    ['p50', formatMs(call.p50Ms)],
    ['p99', formatMs(call.p99Ms)],
    ['Retries', hasTraffic ? formatPercent(retryRatio(call, windowSeconds)) : NO_VALUE],
  ];
  return (
    <>
      <dl class="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p class="soft small">
        Over the last {formatAge(windowSeconds * 1_000)}. In total: {formatCount(call.requests)} requests,{' '}
        {formatCount(call.errors)} errors, {formatCount(call.retries)} retries.
      </p>
    </>
  );
}
