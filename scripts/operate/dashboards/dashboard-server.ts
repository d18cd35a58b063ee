import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dashboard, keyedPanels, type Panel } from '../../../mesh/compile/dashboards/panel.ts';
import { describeListenError } from '../../../mesh/run/process/listen-error.ts';
import { isLoopbackHost } from '../../../mesh/run/process/loopback-host.ts';
import type { DashboardPage } from './page/dashboard-page.ts';
import { readPanelData } from './panel-data.ts';
import type { PrometheusApi } from './prometheus-api.ts';
import { parseTimeRange, TimeRangeError } from './time-range.ts';

export interface DashboardServerOptions {
  readonly dashboards: readonly Dashboard[];
  readonly page: DashboardPage;
  readonly prometheus: PrometheusApi;
  /** 0 for a free port. */
  readonly port: number;
}

/** A server on loopback, with the page and the data of its panels. */
export interface DashboardServer {
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';

/**
 * Serves the page of dashboards. Clients name a panel, never a query: the server runs only the declared queries.
 *
 * @throws Error with the reason if the port cannot be opened
 */
export async function serveDashboards(options: DashboardServerOptions): Promise<DashboardServer> {
  const panels = new Map(
    options.dashboards.flatMap((dashboard) =>
      keyedPanels(dashboard).map(([key, panel]) => [`${dashboard.id}/${key}`, panel] as const),
    ),
  );
  const server = createServer((request, response) => {
    respond(request, response, panels, options).catch((error: unknown) => {
      if (!response.headersSent) sendJson(response, 502, { error: (error as Error).message });
    });
  });
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${HOST}:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  { method, url = '/', headers }: IncomingMessage,
  response: ServerResponse,
  panels: ReadonlyMap<string, Panel>,
  { page, prometheus }: DashboardServerOptions,
): Promise<void> {
  if (!isLoopbackHost(headers.host)) return sendJson(response, 403, { error: 'use the address 127.0.0.1' });
  if (method !== 'GET') return sendJson(response, 405, { error: `${method} is not supported: use GET` });
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  if (pathname === '/') {
    response.writeHead(200, { ...HEADERS, ...page.headers, 'content-type': 'text/html; charset=utf-8' });
    response.end(page.html);
    return;
  }
  const name = /^\/api\/panels\/([\w-]+\/[\d-]+)$/.exec(pathname)?.[1];
  const panel = name === undefined ? undefined : panels.get(name);
  if (!panel) return sendJson(response, 404, { error: `${pathname} does not exist` });
  const stop = new AbortController();
  response.on('close', () => stop.abort());
  try {
    const range = parseTimeRange(searchParams);
    sendJson(response, 200, await readPanelData(panel, range, prometheus, stop.signal));
  } catch (error) {
    if (stop.signal.aborted) return;
    if (!(error instanceof TimeRangeError)) throw error;
    sendJson(response, 400, { error: error.message });
  }
}

const HEADERS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { ...HEADERS, 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new Error(describeListenError(HOST, port, code, '--port'))),
    );
    server.listen(port, HOST, resolve);
  });
}
