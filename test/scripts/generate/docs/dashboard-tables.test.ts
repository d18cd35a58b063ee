import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { METRICS } from '../../../../mesh/policy/metrics.ts';
import { DASHBOARDS_PAGE, withDashboards } from '../../../../scripts/generate/docs/dashboard-tables.ts';

test('the page lists every metric, objective and alert, and does not change when it is generated again', async () => {
  const page = withDashboards(await readFile(DASHBOARDS_PAGE, 'utf8'));
  for (const name of Object.keys(METRICS)) expect(page).toContain(`| \`${name}\` |`);
  expect(page).toContain('| `product` | 99.95 % | 99 % within 250ms | 30 days |');
  expect(page).toContain('| `DeadLetters` | ticket |');
  expect(withDashboards(page)).toBe(page);
});
