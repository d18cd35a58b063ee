import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { readView } from '../state/api.ts';

export interface RequestState<T> {
  readonly data: T | null;
  readonly problem: string | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

interface RequestOptions {
  /** Time between reloads; none if undefined. Hidden tabs do not reload. */
  readonly intervalMs?: number | undefined;
  /** Changes when the document is another one. @default the path */
  readonly key?: string;
}

/**
 * Reads a document of the server, again when the path changes or after an interval. The last document stays while the
 * next one is on its way, and after a failure.
 * @param path path of the document, or a function that returns the path for each request
 */
export function useRequest<T>(path: string | (() => string), options: RequestOptions = {}): RequestState<T> {
  const { intervalMs, key = typeof path === 'string' ? path : '' } = options;
  const latestPath = useRef(path);
  latestPath.current = path;
  const [state, setState] = useState<Omit<RequestState<T>, 'reload'>>({
    data: null,
    problem: null,
    isLoading: true,
  });
  const [version, setVersion] = useState(0);
  const reload = useCallback(() => setVersion((before) => before + 1), []);
  const isBusy = useRef(false);
  useEffect(() => {
    const controller = new AbortController();
    isBusy.current = true;
    setState((before) => ({ ...before, isLoading: true }));
    const target = latestPath.current;
    readView<T>(typeof target === 'string' ? target : target(), controller.signal)
      .then((data) => setState({ data, problem: null, isLoading: false }))
      .catch((error: unknown) => {
        if (controller.signal.aborted) return;
        const problem = error instanceof Error ? error.message : String(error);
        setState((before) => ({ ...before, problem, isLoading: false }));
      })
      .finally(() => {
        isBusy.current = false;
      });
    return () => controller.abort();
  }, [key, version]);
  useEffect(() => {
    if (intervalMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden && !isBusy.current) reload();
    }, intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs, reload]);
  return { data: state.data, problem: state.problem, isLoading: state.isLoading, reload };
}
