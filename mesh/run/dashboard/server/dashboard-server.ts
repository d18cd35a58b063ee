import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeListenError } from '../../process/listen-error.ts';
import { ApiError } from '../api/api-error.ts';
import { refusalHtml } from '../page/refusal-html.ts';
import { Access } from './access.ts';
import type { Forwarder, Signal } from './forwarder.ts';
import { ingest } from './ingest.ts';
import { answerPage, type PageApi } from './page-api.ts';
import { isPagePath, loadPage, PAGE_HEADERS, type PagePath } from './page-files.ts';
import { requireMethod } from './require-method.ts';
import { send, sendAsset, sendJson, sendProblem } from './respond.ts';
import { answerTelemetry } from './telemetry-api.ts';

export interface LivePageOptions {
  readonly api: PageApi;
  readonly token: string;
  /** 0 for a free port. */
  readonly port: number;
  /** @default telemetry is not sent on */
  readonly forwarder?: Forwarder;
}

/** A server on loopback that receives OTLP, and serves the live page and its API. */
export interface LiveServer {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const KEEP_ALIVE_TIMEOUT_MS = 120_000;
const SIGNAL_PATHS: Readonly<Record<string, Signal>> = {
  '/v1/traces': 'traces',
  '/v1/logs': 'logs',
  '/v1/metrics': 'metrics',
};

/** Starts the server. @throws Error with the reason if the port cannot be opened */
export async function serveLivePage(options: LivePageOptions): Promise<LiveServer> {
  const server = createServer();
  // Longer than the interval of any exporter: one that sends on a connection as it is closed would lose its batch.
  server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
  await listen(server, options.port);
  const { port } = server.address() as AddressInfo;
  const access = new Access(options.token, port);
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    respond(request, response, access, options).catch((error: unknown) => {
      if (!(error instanceof ApiError))
        options.api.onProblem(`${request.method} ${pathOf(request)} failed: ${(error as Error).stack}`);
      if (response.headersSent) return void response.destroy();
      sendProblem(
        response,
        error instanceof ApiError
          ? error
          : new ApiError(500, 'the dashboard failed; its output has the reason'),
      );
      // A client that still sends its body would not read the response before all of it is received.
      request.resume();
    });
  });
  return {
    url: `http://${HOST}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
  options: LivePageOptions,
): Promise<void> {
  const { api, forwarder } = options;
  access.checkOrigin(request);
  const { pathname, searchParams } = parseUrl(request);
  const signal = SIGNAL_PATHS[pathname];
  if (signal) {
    requireMethod(request, 'POST');
    return ingest(request, response, signal, api.telemetry, forwarder);
  }
  if (isPagePath(pathname)) return servePage(pathname, searchParams, request, response, access);
  access.checkToken(request);
  if (pathname.startsWith('/api/telemetry/')) {
    requireMethod(request, 'GET');
    return answerTelemetry(
      pathname.slice('/api/telemetry/'.length),
      searchParams,
      request,
      response,
      api.telemetry,
    );
  }
  const answer = await answerPage(pathname, searchParams, request, response, api);
  if (answer !== undefined) sendJson(response, answer);
}

/** Serves the page. A token in the address becomes a cookie, so that the address in the browser does not show it. */
async function servePage(
  pathname: PagePath,
  query: URLSearchParams,
  request: IncomingMessage,
  response: ServerResponse,
  access: Access,
): Promise<void> {
  requireMethod(request, 'GET');
  const token = query.get('token');
  if (token !== null && access.matches(token)) {
    response.writeHead(303, {
      location: '/',
      'set-cookie': access.setCookie(token),
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    });
    response.end();
    return;
  }
  if (token !== null) return sendRefusal(response, 'wrong');
  try {
    access.checkToken(request);
  } catch (error) {
    if (pathname !== '/') throw error;
    return sendRefusal(response, (error as Error).message.includes('wrong') ? 'wrong' : 'missing');
  }
  const { type, body } = (await loadPage())[pathname];
  return sendAsset(request, response, type, body, PAGE_HEADERS);
}

/** Sends a page that explains how to open the live page, to a browser without the token. */
function sendRefusal(response: ServerResponse, problem: 'missing' | 'wrong'): void {
  send(response, 401, 'text/html; charset=utf-8', refusalHtml(problem), PAGE_HEADERS);
}

function parseUrl({ url = '/' }: IncomingMessage): URL {
  try {
    return new URL(url, 'http://127.0.0.1');
  } catch {
    throw new ApiError(400, `the path '${url}' is not valid`);
  }
}

function pathOf({ url = '/' }: IncomingMessage): string {
  return url.split('?')[0] ?? '/';
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', ({ code }: NodeJS.ErrnoException) =>
      reject(new Error(describeListenError(HOST, port, code, '--port'))),
    );
    server.listen(port, HOST, resolve);
  });
}
