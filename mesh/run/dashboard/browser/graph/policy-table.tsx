import { Fragment } from 'preact';
import type { CallView } from '../../api/views.ts';
import { countByField, decides, policyFields } from './policy-fields.ts';

interface PolicyTableProps {
  readonly call: CallView;
  /** Field to point out; null for none. */
  readonly field: string | null;
}

/** Lists the fields of the declared policy, with the number of recent decisions because of each. */
export function PolicyTable({ call, field }: PolicyTableProps) {
  const { policy, decisions } = call;
  if (policy === null) return <p class="soft">The graph declares no policy for this call.</p>;
  const counts = countByField(decisions);
  const deciding = [...counts.keys()];
  const fields = policyFields(policy, field === null ? deciding : [...deciding, field]);
  return (
    <table class="data plain policy">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Value</th>
          <th scope="col" class="number">
            Decisions
          </th>
        </tr>
      </thead>
      <tbody>
        {fields.map(({ path, value, isDeclared }) => {
          const count = deciding.reduce(
            (sum, one) => sum + (decides(one, path) ? (counts.get(one) ?? 0) : 0),
            0,
          );
          const isTarget = field !== null && decides(field, path);
          return (
            <tr key={path} class={isTarget ? 'target' : count > 0 ? 'decided' : ''}>
              <th scope="row">
                <FieldPath path={path} />
                {isTarget && <span class="hidden"> (field that decided)</span>}
              </th>
              <td class={isDeclared ? '' : 'soft'}>{value}</td>
              <td class="number">{count > 0 ? count : ''}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** Shows the path of a field, which breaks after its dots only. */
function FieldPath({ path }: { readonly path: string }) {
  const parts = path.split('.');
  return (
    <code>
      {parts.map((part, index) => (
        <Fragment key={part}>
          {index > 0 && '.'}
          {index > 0 && <wbr />}
          {part}
        </Fragment>
      ))}
    </code>
  );
}
