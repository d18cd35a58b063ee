import { dashboards } from '../../compile/dashboards/dashboards.ts';
import { bindDurations, type Dashboard, keyedPanels } from '../../compile/dashboards/panel.ts';
import type { Rule, RuleFile } from '../../compile/rules/rule-file.ts';
import { rules } from '../../compile/rules/rule-files.ts';
import type { Platform } from '../../graph/platform.ts';
import type { Problem } from '../../policy/problem.ts';
import { parseQuery } from './parse-query.ts';
import { queryProblems } from './query-problems.ts';
import { resultLabels } from './result-labels.ts';
import type { SeriesCatalogue } from './series.ts';
import { seriesCatalogue } from './series-catalogue.ts';

const RULE = 'queries';
/** A label in the legend of a query, and in the annotations of an alert. */
const LEGEND_LABEL = /\{\{(\w+)\}\}/g;
const ANNOTATION_LABEL = /\$labels\.(\w+)/g;

/** Returns the problems of all queries that a platform compiles to: of its dashboards, recording rules and alerts. */
export function checkQueries(platform: Platform): readonly Problem[] {
  const files = rules(platform);
  const catalogue = seriesCatalogue(files);
  return [
    ...dashboards(platform).flatMap((dashboard) => dashboardProblems(dashboard, catalogue)),
    ...Object.entries(files).flatMap(([name, file]) => fileProblems(name, file, catalogue)),
  ];
}

/** Returns the problems of the queries and legends of a dashboard. */
export function dashboardProblems(dashboard: Dashboard, catalogue: SeriesCatalogue): readonly Problem[] {
  return keyedPanels(dashboard).flatMap(([key, { title, queries }]) =>
    queries.flatMap(({ expr, legend }) =>
      expressionProblems(bindDurations(expr, '5m', '1h'), legend.matchAll(LEGEND_LABEL), catalogue).map(
        (message) => ({
          path: `dashboard ${dashboard.id}, panel ${key} '${title}'`,
          rule: RULE,
          message,
        }),
      ),
    ),
  );
}

/** Returns the problems of the queries and annotations of a rule file. */
export function fileProblems(
  name: string,
  { groups }: RuleFile,
  catalogue: SeriesCatalogue,
): readonly Problem[] {
  return groups.flatMap((group) =>
    group.rules.flatMap((rule) =>
      expressionProblems(rule.expr, usedLabels(rule), catalogue).map((message) => ({
        path: `rules ${name}, ${'record' in rule ? rule.record : rule.alert}`,
        rule: RULE,
        message,
      })),
    ),
  );
}

function usedLabels(rule: Rule): Iterable<RegExpMatchArray> {
  if ('record' in rule) return [];
  return `${rule.annotations.summary} ${rule.annotations.description}`.matchAll(ANNOTATION_LABEL);
}

/** Returns the problems of an expression, and the labels that its texts use and its results do not have. */
function expressionProblems(
  expr: string,
  uses: Iterable<RegExpMatchArray>,
  catalogue: SeriesCatalogue,
): readonly string[] {
  try {
    const query = parseQuery(expr);
    const labels = resultLabels(query, catalogue);
    const missing = [...uses].map(([, label = '']) => label).filter((label) => !labels.has(label));
    return [
      ...queryProblems(query, catalogue),
      ...missing.map(
        (label) => `the results have no label '${label}', which their text shows: add it to by (...)`,
      ),
    ];
  } catch (error) {
    return [`${(error as Error).message}: ${expr}`];
  }
}
