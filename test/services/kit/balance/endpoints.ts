import type { NonEmptyList } from '../../../../services/kit/balance/endpoint-pick.ts';

/** Creates `count` endpoints, at least 1, without requests in flight. */
export function createEndpoints(
  count: number,
): NonEmptyList<{ readonly id: string; activeRequests: number }> {
  const create = (index: number) => ({ id: `10.0.${index >> 8}.${index & 255}:50051`, activeRequests: 0 });
  return [create(0), ...Array.from({ length: count - 1 }, (_, index) => create(index + 1))];
}

/** Counts how often each endpoint was picked. */
export function countPicks(picks: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  const countsById = new Map<string, number>();
  for (const { id } of picks) countsById.set(id, (countsById.get(id) ?? 0) + 1);
  return countsById;
}
