import type { CallView } from '../../api/views.ts';
import { formatCount } from '../format/figures.ts';
import { formatRoute } from '../state/routes.ts';
import { decisionText } from './decision-text.ts';

/** Lists the recent decisions of the in-app layer about a call, the most frequent first. */
export function DecisionList({ call }: { readonly call: CallView }) {
  if (call.decisions.length === 0)
    return (
      <p class="soft">
        {call.layer === 'app'
          ? 'No decisions in the window.'
          : 'Only the in-app layer reports its decisions.'}
      </p>
    );
  const sorted = [...call.decisions].sort((a, b) => b.count - a.count);
  return (
    <ul class="decisions">
      {sorted.map(({ kind, detail, field, count }) => (
        <li key={`${kind} ${detail} ${field}`}>
          <span class="number">{formatCount(count)}×</span>
          <span>
            {decisionText({ kind, detail })}
            {field !== '' && (
              <>
                {', because of '}
                <a href={formatRoute({ view: 'graph', callId: call.id, field })}>
                  <code>{field}</code>
                </a>
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
