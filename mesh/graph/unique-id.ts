import type { Construct } from 'constructs';

/**
 * Returns an id for a construct that no other child of `scope` has: `name`, or `name (2)` and so on. Two of one name then
 * become a problem that the check reports, and not an error of the constructs library.
 */
export function uniqueId(scope: Construct, name: string): string {
  const preferredId = name || 'unnamed';
  let id = preferredId;
  for (let count = 2; scope.node.tryFindChild(id); count += 1) id = `${preferredId} (${count})`;
  return id;
}
