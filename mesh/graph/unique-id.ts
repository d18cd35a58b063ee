import type { Construct } from 'constructs';

/**
 * Returns an id that no other child of `scope` has: `name`, `name (2)` and so on. With it, a duplicate name is reported
 * by the check of the graph, together with all other problems, instead of by an exception of the constructs library.
 */
export function uniqueId(scope: Construct, name: string): string {
  const preferredId = name || 'unnamed';
  let id = preferredId;
  for (let count = 2; scope.node.tryFindChild(id); count += 1) id = `${preferredId} (${count})`;
  return id;
}
