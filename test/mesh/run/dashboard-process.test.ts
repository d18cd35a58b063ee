import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { ConsoleLine, ProcessView, TraceList } from '../../../mesh/run/dashboard/api/views.ts';
import { type LocalRun, withLocalRun } from '../../../mesh/run/local-run.ts';
import type { LocalRunOptions } from '../../../mesh/run/local-run-options.ts';
import { eventually } from '../../until.ts';
import { span, traces } from './dashboard/otlp-requests.ts';
import { clientOf, GRAPH } from './dashboard/test-dashboard.ts';
import { type Fixture, fixture, removeFixtures } from './fixture.ts';
import { fetchSelf, GATEWAY } from './gateway-run.ts';

afterAll(removeFixtures);

type Client = ReturnType<typeof clientOf>;

/** Runs a fixture with a dashboard. */
function runWithDashboard<T>(
  { options }: Fixture,
  use: (run: LocalRun, client: Client) => Promise<T>,
  changes: Partial<LocalRunOptions> = {},
): Promise<T> {
  const synthesize = async (folder: string) => {
    await options.synthesize(folder);
    await writeFile(join(folder, 'graph.json'), JSON.stringify(GRAPH));
  };
  return withLocalRun(
    { ...options, hasDashboard: true, maxRestartDelayMs: 1, ...changes, synthesize },
    () => {},
    async (run) => {
      if (!run.dashboard) throw new Error('the run has no dashboard');
      return use(run, clientOf(run.dashboard.url, run.dashboard.token));
    },
  );
}

async function processOf({ get }: Client, name: string): Promise<ProcessView | undefined> {
  const { processes } = await get<{ processes: readonly ProcessView[] }>('/api/processes');
  return processes.find((process) => process.name === name);
}

describe('the dashboard of a run', () => {
  test('restarts after SIGKILL, with the traces and lines from before', async () => {
    await runWithDashboard(await fixture([GATEWAY]), async ({ edgeUrl }, client) => {
      await client.send(traces('order', [span()]));
      const killed = await eventually(() => processOf(client, 'dashboard'));
      process.kill(killed.pid ?? 0, 'SIGKILL');
      const restarted = await eventually(async () => {
        const current = await processOf(client, 'dashboard').catch(() => undefined);
        return current?.state === 'ready' && current.pid !== killed.pid && current;
      });
      expect(restarted).toMatchObject({
        restarts: 1,
        lastProblem: 'was killed by SIGKILL',
        isControllable: false,
      });
      expect((await client.get<TraceList>('/api/traces')).traces).toMatchObject([{ service: 'order' }]);
      const { lines } = await client.get<{ lines: ConsoleLine[] }>('/api/console?process=gateway');
      expect(lines).toMatchObject([{ text: 'ready' }]);
      await fetchSelf(edgeUrl);
    });
  });

  test('has the same address and token, and the telemetry of earlier runs, in the next run', async () => {
    const shop = await fixture([GATEWAY]);
    const first = await runWithDashboard(shop, async ({ dashboard }, { send }) => {
      await send(traces('order', [span()]));
      return { url: dashboard?.url, token: dashboard?.token };
    });
    await runWithDashboard(shop, async ({ dashboard }, { get }) => {
      expect(dashboard).toMatchObject(first);
      expect((await get<TraceList>('/api/traces')).traces).toHaveLength(1);
    });
    await runWithDashboard(
      shop,
      async (_, { get }) => expect((await get<TraceList>('/api/traces')).traces).toEqual([]),
      { reset: true },
    );
  });

  test('receives the telemetry of all processes', async () => {
    await runWithDashboard(await fixture([GATEWAY]), async ({ edgeUrl, dashboard }) => {
      expect((await fetchSelf(edgeUrl)).environment).toMatchObject({
        OTEL_EXPORTER_OTLP_ENDPOINT: dashboard?.url,
        OTEL_METRIC_EXPORT_INTERVAL: '3000',
      });
    });
  });
});

describe('a command of the page', () => {
  const command = async ({ fetch }: Client, path: string) => {
    const response = await fetch(`/api/processes/${path}`, { method: 'POST' });
    return (await response.json()) as ProcessView & { readonly detail?: string };
  };

  test('restarts, stops and starts a process, and its response has the new state', async () => {
    const shop = await fixture([GATEWAY]);
    await runWithDashboard(shop, async ({ edgeUrl }, client) => {
      const { pid } = await fetchSelf(edgeUrl);
      const restarted = await command(client, 'gateway/restart');
      expect(restarted).toMatchObject({ name: 'gateway', kind: 'service', state: 'ready', restarts: 1 });
      expect(restarted.pid).not.toBe(pid);
      expect((await fetchSelf(edgeUrl)).pid).toBe(restarted.pid);
      expect(await command(client, 'gateway/stop')).toMatchObject({ state: 'stopped', pid: null });
      await expect(fetchSelf(edgeUrl)).rejects.toThrow();
      expect(await command(client, 'gateway/start')).toMatchObject({ state: 'ready', restarts: 2 });
      await fetchSelf(edgeUrl);
    });
    expect(shop.lines.filter((line) => line.includes('restarting in'))).toEqual([]);
  });

  test('is refused for a process that does not exist, and for the dashboard', async () => {
    await runWithDashboard(await fixture([GATEWAY]), async (_, client) => {
      expect((await command(client, 'none/stop')).detail).toBe(
        "process 'none' does not exist; the run has: dashboard, gateway",
      );
      expect((await command(client, 'dashboard/stop')).detail).toBe(
        "process 'dashboard' cannot be controlled from this page",
      );
    });
  });

  test('leaves a stopped process that the run can still end', async () => {
    const shop = await fixture([GATEWAY, { name: 'order' }]);
    await runWithDashboard(shop, async (_, client) => {
      expect(await command(client, 'order/stop')).toMatchObject({ state: 'stopped' });
    });
    expect([...(await shop.stopped())].sort()).toEqual(['gateway', 'order']);
  });
});
