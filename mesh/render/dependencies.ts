import { ApiObject, Chart } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { sortTopologically } from './topology.ts';

/** All objects below a construct, as one vertex of the dependency graph. */
class ObjectGroup {
  readonly members: readonly IConstruct[];
  constructor(members: readonly IConstruct[]) {
    this.members = members;
  }
}

type Vertex = IConstruct | ObjectGroup;

/**
 * The dependency graph of an app. Equivalent to cdk8s' resolveDependencies, with two differences: the construct tree is
 * not changed, and n objects that depend on m objects take n + m edges instead of n * m.
 */
export class Dependencies {
  /** Whether a chart depends on another chart. File names are then numbered. */
  hasChartDependencies = false;
  readonly #edges = new Map<IConstruct, Set<Vertex>>();
  readonly #groups = new Map<IConstruct, ObjectGroup>();

  constructor(constructs: readonly IConstruct[]) {
    for (const construct of constructs) {
      const { dependencies } = construct.node;
      if (dependencies.length > 0) this.#edges.set(construct, new Set(dependencies));
    }
    this.#addNestedCharts(constructs);
    this.#addBetweenCharts(constructs);
    this.#addBetweenObjects(constructs);
  }

  /** Sorts `constructs` so that each follows its dependencies, in the order of cdk8s. */
  sort(constructs: readonly IConstruct[]): readonly IConstruct[] {
    if (this.#edges.size === 0) return constructs;
    // Keys of an object as in cdk8s, so that paths that are integers come first.
    const byPath: Record<string, IConstruct> = {};
    for (const construct of constructs) byPath[construct.node.path] = construct;
    const scope = new Set<Vertex>(constructs);
    const dependenciesOf = (vertex: Vertex): readonly Vertex[] => {
      const all = vertex instanceof ObjectGroup ? vertex.members : [...(this.#edges.get(vertex) ?? [])];
      return all.filter((target) => target instanceof ObjectGroup || scope.has(target));
    };
    const nameOf = (vertex: Vertex) => (vertex instanceof ObjectGroup ? '' : vertex.node.path);
    return sortTopologically<Vertex>(Object.values(byPath), dependenciesOf, nameOf).filter(
      (vertex): vertex is IConstruct => !(vertex instanceof ObjectGroup),
    );
  }

  #addNestedCharts(constructs: readonly IConstruct[]): void {
    for (const parent of constructs) {
      if (!Chart.isChart(parent)) continue;
      for (const child of parent.node.children) if (Chart.isChart(child)) this.#addBetween(parent, child);
    }
  }

  #addBetweenCharts(constructs: readonly IConstruct[]): void {
    for (const [source, target] of this.#pairs(constructs)) {
      const sourceChart = Chart.of(source);
      const targetChart = Chart.of(target);
      if (sourceChart !== targetChart) this.#addBetween(sourceChart, targetChart);
    }
  }

  #addBetweenObjects(constructs: readonly IConstruct[]): void {
    for (const [source, target] of this.#pairs(constructs)) {
      const overlap = contains(source, target) || contains(target, source);
      for (const object of this.#group(source).members) {
        if (!overlap) this.#add(object, this.#group(target));
        else for (const other of this.#group(target).members) if (other !== object) this.#add(object, other);
      }
    }
  }

  #addBetween(source: Chart, target: Chart): void {
    this.#add(source, target);
    this.hasChartDependencies = true;
  }

  #add(source: IConstruct, target: Vertex): void {
    const targets = this.#edges.get(source);
    if (targets) targets.add(target);
    else this.#edges.set(source, new Set([target]));
  }

  /** Returns the dependencies between constructs that were added so far, in the order of their sources. */
  #pairs(constructs: readonly IConstruct[]): readonly (readonly [IConstruct, IConstruct])[] {
    return constructs.flatMap((source) =>
      [...(this.#edges.get(source) ?? [])].flatMap((target) =>
        target instanceof ObjectGroup ? [] : [[source, target] as const],
      ),
    );
  }

  #group(construct: IConstruct): ObjectGroup {
    const existing = this.#groups.get(construct);
    if (existing) return existing;
    const chart = Chart.of(construct);
    const group = new ObjectGroup(construct.node.findAll().filter((child) => isObjectOf(child, chart)));
    this.#groups.set(construct, group);
    return group;
  }
}

/** Returns whether `construct` is an object that `chart` writes. An object belongs to the nearest chart above it. */
export function isObjectOf(construct: IConstruct, chart: Chart): construct is ApiObject {
  return ApiObject.isApiObject(construct) && construct.chart === chart;
}

function contains(outer: IConstruct, inner: IConstruct): boolean {
  return inner.node.scopes.includes(outer);
}
