import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import type { GraphView, InfoView, ProcessView } from '../../../../../mesh/run/dashboard/api/views.ts';
import { openArchive } from '../../../../../mesh/run/dashboard/dashboard.ts';
import { log, logs, span, traces } from '../otlp-requests.ts';
import { clientOf, removeFolders, TOKEN, temporaryFolder, withDashboard } from '../test-dashboard.ts';
import { exportAll } from './test-archive.ts';

afterAll(removeFolders);

const OPTIONS = { token: TOKEN, port: 0, onProblem: () => {} };

test('an opened file shows the graph, traces, logs, processes and lines of its run, which it cannot control', async () => {
  const file = join(await temporaryFolder(), 'failed.ndjson.gz');
  await withDashboard(async (dashboard) => {
    const process = { name: 'order', state: 'ready', isControllable: true } as ProcessView;
    dashboard.board.receive({ type: 'processes', processes: [process] });
    dashboard.board.receive({
      type: 'lines',
      lines: [{ sequence: 1, process: 'order', time: 0, level: 'info', text: 'written' }],
    });
    const attributes = { 'rpc.method': 'test.v1.Payment/Pay' };
    await dashboard.send(
      traces('order', [span({ kind: 3, attributes }), span({ trace: 2, kind: 3, attributes })]),
    );
    await dashboard.send(logs('order', [log()]));
    await writeFile(file, await exportAll(dashboard, '?source=a%20test'));
  });
  const archive = await openArchive(file, OPTIONS);
  const { get, fetch } = clientOf(archive.url);
  try {
    expect(await get<InfoView>('/api/info')).toMatchObject({
      source: 'a test (failed.ndjson.gz)',
      isLive: false,
      focusTraceId: null,
      store: { spans: 2, logs: 1 },
    });
    const { calls } = await get<GraphView>('/api/graph');
    expect(calls).toMatchObject([
      { id: 'gateway/orders', marks: ['unused'] },
      { id: 'order/payments', requests: 2, ratePerSecond: 2 / 60 },
    ]);
    expect(await get('/api/processes')).toMatchObject({
      processes: [{ name: 'order', isControllable: false }],
    });
    expect(await get('/api/console?process=order')).toMatchObject({ lines: [{ text: 'written' }] });
    const stop = await fetch('/api/processes/order/stop', { method: 'POST' });
    expect(await stop.json()).toMatchObject({
      status: 409,
      detail: "process 'order' cannot be controlled from this page",
    });
  } finally {
    await archive.close();
  }
});

test.each([
  ['is missing', undefined, /ENOENT: no such file or directory, open '.*file'/],
  ['is empty', '', /file is empty; choose a file that the dashboard exported/],
  ['is another file', 'hello', /file is not an export of the dashboard/],
])('a file that %s cannot be opened', async (_, text, message) => {
  const file = join(await temporaryFolder(), 'file');
  if (text !== undefined) await writeFile(file, text);
  await expect(openArchive(file, OPTIONS)).rejects.toThrow(message);
});
