import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { readView } from '../state/api.ts';

/** A page of a list, as the server returns it. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface PagedList<T> {
  /** Null until the first page has arrived. */
  readonly items: readonly T[] | null;
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly problem: string | null;
  readonly loadMore: () => void;
  readonly reload: () => void;
}

interface ListState<T> {
  readonly items: readonly T[] | null;
  readonly next: string | null;
  readonly pages: number;
}

/** Maximum number of items that the page keeps. */
const MAX_ITEMS = 2_000;
const NO_ITEMS = { items: null, next: null, pages: 0 };

/** The last lists that readers have seen, so that the back button shows them at once. */
const recentLists = new Map<string, ListState<unknown>>();
const MAX_RECENT_LISTS = 4;

/**
 * Reads a list page by page. Polls the first page until the reader loads more.
 * @param path returns the path of a page, given the value of `before`
 * @param key changes when the list is another one; no two lists of the page have the same
 * @param pollMs time between polls; undefined does not poll
 */
export function usePages<T>(
  path: (before: string | undefined) => string,
  toPage: (body: never) => ListPage<T>,
  key: string,
  pollMs: number | undefined,
): PagedList<T> {
  const [state, setState] = useState<ListState<T>>(() => recentList(key));
  const [problem, setProblem] = useState<string | null>(null);
  const [isLoading, setLoading] = useState(true);
  const request = useRef<AbortController | undefined>(undefined);
  const load = useCallback(
    (before: string | undefined) => {
      request.current?.abort();
      const controller = new AbortController();
      request.current = controller;
      setLoading(true);
      readView<never>(path(before), controller.signal)
        .then((body) => {
          const { items, next } = toPage(body);
          setProblem(null);
          setState((old) =>
            before === undefined
              ? { items, next, pages: 1 }
              : { items: [...(old.items ?? []), ...items].slice(0, MAX_ITEMS), next, pages: old.pages + 1 },
          );
        })
        .catch((error: unknown) => {
          if (!controller.signal.aborted) setProblem(error instanceof Error ? error.message : String(error));
        })
        .finally(() => {
          if (request.current !== controller) return;
          request.current = undefined;
          setLoading(false);
        });
    },
    [key],
  );
  useEffect(() => {
    const recent = recentList<T>(key);
    if (recent.pages > 0) setState(recent);
    if (recent.pages < 2) load(undefined);
    return () => request.current?.abort();
  }, [load]);
  useEffect(() => {
    if (pollMs === undefined || state.pages > 1) return;
    const timer = setInterval(() => {
      if (!document.hidden && !request.current) load(undefined);
    }, pollMs);
    return () => clearInterval(timer);
  }, [load, pollMs, state.pages]);
  useEffect(() => {
    if (state.pages > 0) rememberList(key, state);
  }, [state]);
  const { items, next } = state;
  return {
    items,
    hasMore: next !== null && (items?.length ?? 0) < MAX_ITEMS,
    isLoading,
    problem,
    loadMore: () => next !== null && load(next),
    reload: () => load(undefined),
  };
}

function recentList<T>(key: string): ListState<T> {
  return (recentLists.get(key) ?? NO_ITEMS) as ListState<T>;
}

function rememberList(key: string, list: ListState<unknown>): void {
  recentLists.delete(key);
  recentLists.set(key, list);
  const [oldest] = recentLists.keys();
  if (recentLists.size > MAX_RECENT_LISTS && oldest !== undefined) recentLists.delete(oldest);
}
