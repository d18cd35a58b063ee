/**
 * Sorts `vertices` topologically: each vertex follows its dependencies. The order is that of cdk8s' DependencyGraph, a
 * depth-first traversal from the vertices that no other depends on. Takes time linear in vertices and edges.
 *
 * @param dependenciesOf may return vertices that are not in `vertices`; the result contains them too
 * @throws Error that names the cycle, if there is one
 */
export function sortTopologically<T>(
  vertices: readonly T[],
  dependenciesOf: (vertex: T) => readonly T[],
  nameOf: (vertex: T) => string,
): readonly T[] {
  const sorted: T[] = [];
  const finishedVertices = new Set<T>();
  const visit = (root: T): void => {
    const path = new Set([root]);
    const stack = [{ vertex: root, dependencies: dependenciesOf(root), next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const dependency = top.dependencies[top.next];
      top.next += 1;
      if (dependency === undefined) {
        sorted.push(top.vertex);
        finishedVertices.add(top.vertex);
        path.delete(top.vertex);
        stack.pop();
      } else if (path.has(dependency)) {
        throw cycleError([...path, dependency], dependency, nameOf);
      } else if (!finishedVertices.has(dependency)) {
        path.add(dependency);
        stack.push({ vertex: dependency, dependencies: dependenciesOf(dependency), next: 0 });
      }
    }
  };
  const dependedOn = collectTargets(vertices, dependenciesOf);
  for (const vertex of vertices) if (!dependedOn.has(vertex) && !finishedVertices.has(vertex)) visit(vertex);
  // The remaining vertices are on a cycle or only reachable from a cycle.
  for (const vertex of vertices) if (!finishedVertices.has(vertex)) visit(vertex);
  return sorted;
}

function collectTargets<T>(vertices: readonly T[], dependenciesOf: (vertex: T) => readonly T[]): Set<T> {
  const targets = new Set<T>();
  const queue = [...vertices];
  const visited = new Set(vertices);
  for (const vertex of queue) {
    for (const dependency of dependenciesOf(vertex)) {
      targets.add(dependency);
      if (visited.has(dependency)) continue;
      visited.add(dependency);
      queue.push(dependency);
    }
  }
  return targets;
}

function cycleError<T>(path: readonly T[], first: T, nameOf: (vertex: T) => string): Error {
  const names = path.slice(path.indexOf(first)).map(nameOf).filter(Boolean);
  return new Error(`dependencies form a cycle: ${names.join(' => ')}; remove one of them`);
}
