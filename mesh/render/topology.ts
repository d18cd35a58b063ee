/**
 * Sorts `vertices` so that each comes after what it depends on, in the order of a depth-first walk from those
 * that nothing depends on: the order of cdk8s' DependencyGraph, in time linear in vertices and edges.
 *
 * @param dependenciesOf may name vertices that are not in `vertices`; they are walked through and returned too
 * @throws Error that names the cycle, when there is one.
 */
export function topology<T>(
  vertices: readonly T[],
  dependenciesOf: (vertex: T) => readonly T[],
  nameOf: (vertex: T) => string,
): readonly T[] {
  const sorted: T[] = [];
  const done = new Set<T>();
  const visit = (root: T): void => {
    const open = new Set([root]);
    const stack = [{ vertex: root, dependencies: dependenciesOf(root), next: 0 }];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const dependency = top.dependencies[top.next];
      top.next += 1;
      if (dependency === undefined) {
        sorted.push(top.vertex);
        done.add(top.vertex);
        open.delete(top.vertex);
        stack.pop();
      } else if (open.has(dependency)) {
        throw cycleError([...open, dependency], dependency, nameOf);
      } else if (!done.has(dependency)) {
        open.add(dependency);
        stack.push({ vertex: dependency, dependencies: dependenciesOf(dependency), next: 0 });
      }
    }
  };
  const dependedOn = targets(vertices, dependenciesOf);
  for (const vertex of vertices) if (!dependedOn.has(vertex) && !done.has(vertex)) visit(vertex);
  // Whatever is left is on a cycle, or only a cycle leads to it.
  for (const vertex of vertices) if (!done.has(vertex)) visit(vertex);
  return sorted;
}

function targets<T>(vertices: readonly T[], dependenciesOf: (vertex: T) => readonly T[]): Set<T> {
  const found = new Set<T>();
  const queue = [...vertices];
  const known = new Set(vertices);
  for (const vertex of queue) {
    for (const dependency of dependenciesOf(vertex)) {
      found.add(dependency);
      if (known.has(dependency)) continue;
      known.add(dependency);
      queue.push(dependency);
    }
  }
  return found;
}

function cycleError<T>(open: readonly T[], first: T, nameOf: (vertex: T) => string): Error {
  const names = open.slice(open.indexOf(first)).map(nameOf).filter(Boolean);
  return new Error(`dependencies form a cycle: ${names.join(' => ')}; remove one of them`);
}
