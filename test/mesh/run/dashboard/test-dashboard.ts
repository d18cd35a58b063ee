import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeclaredGraph } from '../../../../mesh/policy/declared-graph.ts';
import { startDashboard } from '../../../../mesh/run/dashboard/dashboard.ts';
import { ProcessBoard } from '../../../../mesh/run/dashboard/processes/process-board.ts';

export const TOKEN = 'correct-token';

/** `gateway` calls `order`, and `order` calls `payment` with a breaker and ejections. */
export const GRAPH: DeclaredGraph = {
  services: [
    { name: 'gateway', isEdge: true, hasStore: false, versions: [] },
    { name: 'order', serves: 'test.v1.Order', isEdge: false, hasStore: true, versions: [] },
    { name: 'payment', serves: 'test.v1.Payment', isEdge: false, hasStore: false, versions: [] },
  ],
  calls: [
    {
      caller: 'gateway',
      callee: 'order',
      name: 'orders',
      methods: ['test.v1.Order/Place', 'test.v1.Order/Get'],
      layer: 'app',
      policy: { timeout: '1s' },
    },
    {
      caller: 'order',
      callee: 'payment',
      name: 'payments',
      methods: ['test.v1.Payment/Pay'],
      layer: 'app',
      policy: {
        timeout: '1s',
        breaker: { failurePercent: 50, minRequests: 10, window: '10s', openTime: '5s' },
        outlierDetection: { consecutiveErrors: 3, baseEjectionTime: '20s' },
      },
    },
  ],
  topics: [],
};

/** A dashboard that a test controls. */
export interface TestDashboard {
  readonly url: string;
  readonly board: ProcessBoard;
  readonly problems: readonly string[];
  /** Sends a request with the token. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Fetches a document of the API. @throws Error with the problem for another status than 200 */
  get<T>(path: string): Promise<T>;
  /** Sends OTLP/JSON. The signal is that of the body. */
  send(body: object): Promise<Response>;
}

export interface TestDashboardOptions {
  readonly file?: string;
  readonly maxMiB?: number;
  readonly run?: string;
  readonly board?: ProcessBoard;
  readonly collector?: { readonly endpoint: string; readonly headers: Readonly<Record<string, string>> };
}

/** Runs a dashboard on a free port while `use` is pending. */
export async function withDashboard<T>(
  use: (dashboard: TestDashboard) => Promise<T>,
  { file, board = new ProcessBoard(), run = 'a run', ...options }: TestDashboardOptions = {},
): Promise<T> {
  const problems: string[] = [];
  const server = await startDashboard({
    ...options,
    file: file ?? join(await temporaryFolder(), 'telemetry.db'),
    port: 0,
    token: TOKEN,
    graph: GRAPH,
    run,
    board,
    onProblem: (text) => problems.push(text),
  });
  try {
    return await use({ board, problems, ...clientOf(server.url) });
  } finally {
    await server.close();
  }
}

/** Returns functions that send requests with the token. */
export function clientOf(url: string, token = TOKEN): Omit<TestDashboard, 'board' | 'problems'> {
  const fetchPath = (path: string, init: RequestInit = {}) =>
    fetch(url + path, { ...init, headers: { 'x-api-key': token, ...init.headers } });
  return {
    url,
    fetch: fetchPath,
    async get<T>(path: string) {
      const response = await fetchPath(path);
      if (response.status !== 200) throw new Error(await response.text());
      return (await response.json()) as T;
    },
    send: (body) => {
      const signal = 'resourceSpans' in body ? 'traces' : 'resourceLogs' in body ? 'logs' : 'metrics';
      return fetchPath(`/v1/${signal}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
    },
  };
}

const folders: string[] = [];

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-dashboard-'));
  folders.push(folder);
  return folder;
}

export async function removeFolders(): Promise<void> {
  await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
}
