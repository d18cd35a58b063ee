import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, expect, test } from '@jest/globals';
import type { InfoView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { Forwarder } from '../../../../../mesh/run/dashboard/server/forwarder.ts';
import { eventually } from '../../../../until.ts';
import { log, logs, span, traces } from '../otlp-requests.ts';
import { removeFolders, withDashboard } from '../test-dashboard.ts';

afterAll(removeFolders);

/** Runs a collector while `use` is pending. */
async function withCollector(
  respond: (request: IncomingMessage, response: ServerResponse) => void,
  use: (endpoint: string) => Promise<void>,
): Promise<void> {
  const server = createServer(respond).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test('a collector of the user receives what the dashboard receives, with its headers', async () => {
  const received: unknown[] = [];
  await withCollector(
    async (request, response) => {
      const body = JSON.parse((await request.setEncoding('utf8').toArray()).join(''));
      received.push([request.url, request.headers['api-key'], body]);
      response.end();
    },
    async (endpoint) => {
      const collector = { endpoint: `${endpoint}/`, headers: { 'api-key': 'secret' } };
      await withDashboard(
        async ({ send }) => {
          const requests = [traces('order', [span()]), logs('order', [log()])];
          for (const request of requests) await send(request);
          await eventually(() => received.length === 2);
          expect(received).toEqual([
            ['/v1/traces', 'secret', requests[0]],
            ['/v1/logs', 'secret', requests[1]],
          ]);
        },
        { collector },
      );
    },
  );
});

test('a collector that fails is reported among the dropped records, and the dashboard still stores them', async () => {
  await withCollector(
    (request, response) => {
      request.resume();
      response.writeHead(503).end();
    },
    async (endpoint) => {
      await withDashboard(
        async ({ send, get }) => {
          expect(await (await send(traces('order', [span()]))).json()).toEqual({});
          const { store } = await eventually(async () => {
            const info = await get<InfoView>('/api/info');
            return Object.keys(info.store.dropped).length > 0 && info;
          });
          expect(store).toMatchObject({
            spans: 1,
            dropped: { 'not sent on: the collector of OTEL_EXPORTER_OTLP_ENDPOINT failed: status 503': 1 },
          });
        },
        { collector: { endpoint, headers: {} } },
      );
    },
  );
});

test('requests that wait for a collector cost a bounded amount of memory', async () => {
  await withCollector(
    () => {},
    async (endpoint) => {
      const drops: string[] = [];
      const forwarder = new Forwarder({ endpoint, headers: {}, onDrop: (reason) => drops.push(reason) });
      const body = Buffer.alloc(8 * 1_048_576);
      // The first one is being sent, and four more fit into the queue of 32 MiB.
      for (let count = 0; count < 7; count++) forwarder.forward('traces', body);
      expect(drops).toEqual(Array(2).fill('the collector of OTEL_EXPORTER_OTLP_ENDPOINT is too slow'));
    },
  );
});
