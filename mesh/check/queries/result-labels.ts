import type { SyntaxNode } from '@lezer/common';
import { childrenOf, nodesBelow, type ParsedQuery } from './parse-query.ts';
import type { SeriesCatalogue } from './series.ts';

type Labels = ReadonlySet<string>;

/** Functions whose result has no labels. */
const WITHOUT_LABELS: readonly string[] = ['vector', 'scalar', 'time'];

/** Returns the labels that the results of a query can have. Series that the catalogue does not have count as without. */
export function resultLabels({ root, textOf }: ParsedQuery, catalogue: SeriesCatalogue): Labels {
  return labelsOf(root);

  function labelsOf(node: SyntaxNode): Labels {
    switch (node.name) {
      case 'VectorSelector': {
        const name = node.getChild('Identifier');
        return (name && catalogue.get(textOf(name))?.labels) ?? new Set();
      }
      case 'AggregateExpr':
        return aggregateLabels(node);
      case 'BinaryExpr':
        return binaryLabels(node);
      case 'FunctionCall':
        return functionLabels(node);
      default:
        return union(childrenOf(node).map(labelsOf));
    }
  }

  function aggregateLabels(node: SyntaxNode): Labels {
    const modifier = node.getChild('AggregateModifier');
    const names = modifier ? groupingOf(modifier, textOf) : [];
    if (!modifier?.getChild('Without')) return new Set(names);
    const body = node.getChild('FunctionCallBody');
    return without(body ? labelsOf(body) : new Set(), names);
  }

  function binaryLabels(node: SyntaxNode): Labels {
    const [leftOperand, rightOperand] = [node.firstChild, node.lastChild];
    if (!leftOperand || !rightOperand) return new Set();
    const [ofLeft, ofRight] = [labelsOf(leftOperand), labelsOf(rightOperand)];
    if (node.getChild('Or')) return union([ofLeft, ofRight]);
    if (isNumber(leftOperand)) return ofRight;
    if (isNumber(rightOperand) || node.getChild('And') || node.getChild('Unless')) return ofLeft;
    // The labels of both sides must be equal for a match.
    return new Set([...ofLeft].filter((label) => ofRight.has(label)));
  }

  function functionLabels(node: SyntaxNode): Labels {
    const name = functionName(node, textOf);
    if (WITHOUT_LABELS.includes(name)) return new Set();
    const body = node.getChild('FunctionCallBody');
    const labels = body ? labelsOf(body) : new Set<string>();
    return name === 'histogram_quantile' ? without(labels, ['le']) : labels;
  }
}

/** Returns the name of the function that a node calls. */
export function functionName(node: SyntaxNode, textOf: ParsedQuery['textOf']): string {
  const identifier = node.getChild('FunctionIdentifier');
  return identifier ? textOf(identifier) : '';
}

/** Returns the labels of `by (...)`, `without (...)`, `on (...)` and `ignoring (...)`. */
export function groupingOf(modifier: SyntaxNode, textOf: ParsedQuery['textOf']): readonly string[] {
  return nodesBelow(modifier)
    .filter(({ name }) => name === 'LabelName')
    .map(textOf);
}

function isNumber(node: SyntaxNode): boolean {
  return nodesBelow(node).every(({ name }) => name !== 'VectorSelector' && name !== 'FunctionCall');
}

function without(labels: Labels, names: readonly string[]): Labels {
  return new Set([...labels].filter((label) => !names.includes(label)));
}

function union(sets: readonly Labels[]): Labels {
  return new Set(sets.flatMap((set) => [...set]));
}
