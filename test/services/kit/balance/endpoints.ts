import type { NonEmptyList } from '../../../../services/kit/balance/endpoint-pick.ts';

/** `count` hosts, at least 1, with nothing in flight. */
export function hosts(count: number): NonEmptyList<{ readonly id: string; activeRequests: number }> {
  const host = (index: number) => ({ id: `10.0.${index >> 8}.${index & 255}:50051`, activeRequests: 0 });
  return [host(0), ...Array.from({ length: count - 1 }, (_, index) => host(index + 1))];
}

/** How often each of `picks` was picked. */
export function counts(picks: readonly { readonly id: string }[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const { id } of picks) found.set(id, (found.get(id) ?? 0) + 1);
  return found;
}
