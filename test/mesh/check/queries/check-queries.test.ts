import { expect, test } from '@jest/globals';
import {
  checkQueries,
  dashboardProblems,
  fileProblems,
} from '../../../../mesh/check/queries/check-queries.ts';
import { seriesCatalogue } from '../../../../mesh/check/queries/series-catalogue.ts';
import type { Panel } from '../../../../mesh/compile/dashboards/panel.ts';
import { runQueryRule } from '../../../../scripts/check/queries.ts';
import { smallPlatform } from '../../compile/small-platform.ts';

const PANEL: Panel = {
  kind: 'timeseries',
  title: 'Letters',
  description: 'Dead letters.',
  unit: 'count',
  queries: [{ expr: 'max by (group) (weft_dead_letters)', legend: '{{group}}' }],
};

const problemsOf = (panel: Panel) =>
  dashboardProblems(
    { id: 'd', title: 'D', description: '', rows: [{ title: 'R', panels: [panel] }] },
    seriesCatalogue({}),
  );

test('accepts every query of the shop in each environment', async () => {
  expect(await runQueryRule()).toEqual([]);
});

test('accepts every query of another platform', () => {
  expect(checkQueries(smallPlatform().platform)).toEqual([]);
});

test('accepts a panel whose legend names a label of the results', () => {
  expect(problemsOf(PANEL)).toEqual([]);
});

test('names the dashboard and the panel of a legend with a label that the results do not have', () => {
  const [problem] = problemsOf({ ...PANEL, queries: [{ ...PANEL.queries[0], legend: '{{topic}}' }] });
  expect(problem?.path).toBe("dashboard d, panel 1-1 'Letters'");
  expect(problem?.message).toContain("the results have no label 'topic'");
});

test('shows a query with a syntax error', () => {
  const [problem] = problemsOf({ ...PANEL, queries: [{ expr: 'sum(up', legend: '' }] });
  expect(problem?.message).toContain('syntax error at its end: correct it: sum(up');
});

test('names the alert whose text shows a label that it does not have', () => {
  const problems = fileProblems(
    'file',
    {
      groups: [
        {
          name: 'g',
          rules: [
            {
              alert: 'Letters',
              expr: 'max by (group) (weft_dead_letters) > 0',
              labels: { severity: 'ticket' },
              annotations: { summary: '{{ $labels.topic }}', description: '', dashboard: 'd' },
            },
          ],
        },
      ],
    },
    seriesCatalogue({}),
  );
  expect(problems.map(({ path }) => path)).toEqual(['rules file, Letters']);
});
