import type { SyntaxNode } from '@lezer/common';
import { didYouMean } from '../rules/closest-name.ts';
import { childrenOf, nodesBelow, type ParsedQuery } from './parse-query.ts';
import { functionName, groupingOf } from './result-labels.ts';
import type { SeriesCatalogue } from './series.ts';

/** Functions that only make sense for counters. */
const COUNTER_FUNCTIONS: readonly string[] = ['rate', 'irate', 'increase'];

/** Returns what is wrong with a query: series that no program emits, labels that they do not have, rates of gauges. */
export function queryProblems({ root, textOf }: ParsedQuery, catalogue: SeriesCatalogue): readonly string[] {
  return nodesBelow(root).flatMap((node) => {
    switch (node.name) {
      case 'VectorSelector':
        return selectorProblems(node);
      case 'AggregateExpr':
        return groupingProblems(node, node.getChild('AggregateModifier'));
      case 'BinaryExpr':
        return groupingProblems(node, node.getChild('MatchingModifierClause'));
      case 'FunctionCall':
        return functionProblems(node);
      default:
        return [];
    }
  });

  function selectorProblems(node: SyntaxNode): readonly string[] {
    const identifier = node.getChild('Identifier');
    if (!identifier) return [`${textOf(node)} names no metric: put the name before the braces`];
    const name = textOf(identifier);
    const series = catalogue.get(name);
    if (!series) return [`no program emits '${name}'${suggestion(name, [...catalogue.keys()])}`];
    const matchers = node.getChild('LabelMatchers');
    return (matchers ? groupingOf(matchers, textOf) : [])
      .filter((label) => !series.labels.has(label))
      .map((label) => `${name} has no label '${label}'${suggestion(label, [...series.labels])}`);
  }

  /** A label that no series below the node has would leave an empty value, or match nothing. */
  function groupingProblems(node: SyntaxNode, modifier: SyntaxNode | null): readonly string[] {
    if (!modifier) return [];
    const names = seriesBelow(node);
    const labels = new Set(names.flatMap((name) => [...(catalogue.get(name)?.labels ?? [])]));
    if (labels.size === 0) return [];
    return groupingOf(modifier, textOf)
      .filter((label) => !labels.has(label))
      .map((label) => `${names.join(', ')} has no label '${label}'${suggestion(label, [...labels])}`);
  }

  function functionProblems(node: SyntaxNode): readonly string[] {
    const name = functionName(node, textOf);
    if (!COUNTER_FUNCTIONS.includes(name)) return [];
    return seriesBelow(node)
      .filter((series) => catalogue.get(series)?.isCounter === false)
      .map((series) => `${name} needs a counter, and ${series} is a gauge: use deriv or the gauge itself`);
  }

  function seriesBelow(node: SyntaxNode): readonly string[] {
    const names = nodesBelow(node)
      .filter(({ name }) => name === 'VectorSelector')
      .flatMap((vector) => childrenOf(vector).filter(({ name }) => name === 'Identifier'))
      .map(textOf);
    return [...new Set(names)];
  }
}

function suggestion(name: string, names: readonly string[]): string {
  return didYouMean(name, names) || '; declare it in mesh/policy/metrics.ts';
}
