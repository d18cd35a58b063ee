import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ConsoleLine, LiveEvents } from '../api/views.ts';
import type { ProcessBoard } from '../processes/process-board.ts';
import { startStream } from './respond.ts';

/** Interval of the graph and of the state of the store. */
const GRAPH_INTERVAL_MS = 1_000;
/** Interval in which lines are collected. */
const LINES_INTERVAL_MS = 200;
/** Lines per event. Of a process that writes more, the page shows the last ones. */
const MAX_LINES = 500;
/** Unsent bytes above which events are left out, because the page does not read them. */
const MAX_BUFFERED_BYTES = 4 * 1_048_576;

export interface LiveSource {
  readonly board: ProcessBoard;
  /** JSON of the current graph, computed at most once per interval for all pages. */
  readonly graph: () => string;
  readonly store: () => LiveEvents['store'];
}

/** Sends the state of the run to an open page, as server-sent events, until the page is closed. */
export function streamLive(request: IncomingMessage, response: ServerResponse, source: LiveSource): void {
  const { board } = source;
  startStream(response, 'text/event-stream', { 'x-accel-buffering': 'no' });
  if (request.method === 'HEAD') return void response.end();
  const sendText = (name: keyof LiveEvents, json: string) => {
    if (response.writableLength > MAX_BUFFERED_BYTES) return;
    response.write(`event: ${name}\ndata: ${json}\n\n`);
  };
  const sendEvent = <K extends keyof LiveEvents>(name: K, data: LiveEvents[K]) =>
    sendText(name, JSON.stringify(data));
  const sendProcesses = () => sendEvent('processes', { processes: board.processes });
  let lines: ConsoleLine[] = [];
  const addLines = (more: readonly ConsoleLine[]) => {
    lines = [...lines, ...more].slice(-MAX_LINES);
  };
  const sendState = () => {
    sendText('graph', source.graph());
    sendEvent('store', source.store());
  };
  const timers = [
    setInterval(sendState, GRAPH_INTERVAL_MS),
    setInterval(() => {
      if (lines.length === 0) return;
      sendEvent('console', { lines });
      lines = [];
    }, LINES_INTERVAL_MS),
  ];
  board.on('processes', sendProcesses).on('lines', addLines);
  sendProcesses();
  sendState();
  response.once('close', () => {
    for (const timer of timers) clearInterval(timer);
    board.off('processes', sendProcesses).off('lines', addLines);
  });
}
