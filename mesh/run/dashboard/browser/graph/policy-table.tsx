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
                <code>{path}</code>
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
