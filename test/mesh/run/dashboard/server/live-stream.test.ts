import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import type { ConsoleLine, ProcessView, StoreView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { ProcessBoard } from '../../../../../mesh/run/dashboard/processes/process-board.ts';
import { streamLive } from '../../../../../mesh/run/dashboard/server/live-stream.ts';
import { eventually } from '../../../../until.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

const lineOf = (sequence: number, text = 'hello'): ConsoleLine => ({
  sequence,
  process: 'order',
  time: 0,
  level: 'info',
  text,
});

/** Reads the events of a stream until `isComplete` accepts their text. */
async function readEvents(response: Response, isComplete: (text: string) => boolean): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (isComplete(text)) break;
  }
  return text;
}

test('an open page receives the state at once, and lines as they are written', async () => {
  await withDashboard(async ({ fetch, board }) => {
    board.receive({ type: 'processes', processes: [{ name: 'order', state: 'ready' } as ProcessView] });
    const response = await fetch('/api/live');
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const state = readEvents(response, (text) => {
      if (text.includes('event: store')) board.receive({ type: 'lines', lines: [lineOf(1, 'written')] });
      return text.includes('event: console');
    });
    const text = await state;
    expect(text).toMatch(
      /^event: processes\ndata: \{"processes":\[\{"name":"order","state":"ready"\}\]\}\n\n/,
    );
    expect(text).toMatch(/\n\nevent: graph\ndata: \{"services":.*\}\n\nevent: store\ndata: \{"spans":0,/);
    expect(text).toMatch(/event: console\ndata: \{"lines":\[\{"sequence":1,.*"text":"written"\}/);
  });
});

test('two open pages receive the same, and a closed one stops', async () => {
  await withDashboard(async ({ fetch, board }) => {
    const pages = await Promise.all([fetch('/api/live'), fetch('/api/live')]);
    expect(board.listenerCount('lines')).toBe(2);
    const events = pages.map((page) => readEvents(page, (text) => text.includes('event: console')));
    board.receive({ type: 'lines', lines: [lineOf(1)] });
    for (const text of await Promise.all(events)) expect(text).toContain('"sequence":1');
    await eventually(() => board.listenerCount('lines') === 0);
    expect(board.listenerCount('processes')).toBe(0);
  });
});

test('two dashboards in one process show their own graphs', async () => {
  const graphOf = (response: Response) => readEvents(response, (text) => text.includes('event: store'));
  await withDashboard(async (first) => {
    await graphOf(await first.fetch('/api/live'));
    await withDashboard(async (second) => {
      await second.send({ resourceSpans: [] });
      const [one, other] = await Promise.all(
        [first, second].map(async ({ fetch }) => graphOf(await fetch('/api/live'))),
      );
      const time = (text = '') => /"windowSeconds":60,"time":(\d+)/.exec(text)?.[1];
      expect(time(one)).not.toBe(undefined);
      expect(time(one)).not.toBe(time(other));
    });
  });
});

test('a page that does not read its events costs a bounded amount of memory', async () => {
  const board = new ProcessBoard();
  const { promise, resolve } = Promise.withResolvers<ServerResponse>();
  const graph = () => JSON.stringify('x'.repeat(100_000));
  const server = createServer((request, response) => {
    streamLive(request, response, { board, graph, store: () => ({}) as StoreView });
    resolve(response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  client.pause().write('GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  const response = await promise;
  const processes = [{ name: 'x'.repeat(100_000) } as ProcessView];
  // 1 GB of events: more than the buffers of the kernel and the limit of 4 MiB.
  for (let count = 0; count < 10_000; count++) board.receive({ type: 'processes', processes });
  expect(response.writableLength).toBeGreaterThan(4 * 1_048_576);
  expect(response.writableLength).toBeLessThan(5 * 1_048_576);
  client.destroy();
  await once(response, 'close');
  expect(board.listenerCount('processes')).toBe(0);
  server.close();
});
