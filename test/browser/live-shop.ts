import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEMO_SETTINGS, sendDemoTraffic } from '../../scripts/lab/screenshots/demo-traffic.ts';
import { type LocalTestbed, withLocalTestbed } from '../../scripts/lab/testbed/local-testbed.ts';
import { synthesize } from '../../scripts/operate/local/synthesize.ts';
import type { DashboardAddress } from '../../scripts/operate/telemetry/find-dashboard.ts';
import { ROOT } from '../../scripts/process/run-tool.ts';

/** A shop with its live page, and with traffic that the page marks. */
export interface LiveShop {
  readonly testbed: LocalTestbed;
  readonly dashboard: DashboardAddress;
  stop(): Promise<void>;
}

/** Starts a shop and sends it traffic. @param trafficSeconds duration of the traffic before the start resolves */
export async function startLiveShop(trafficSeconds: number): Promise<LiveShop> {
  const folder = await mkdtemp(join(tmpdir(), 'weft-live-'));
  const started = Promise.withResolvers<LocalTestbed>();
  const stopped = Promise.withResolvers<void>();
  const running = withLocalTestbed(
    {
      data: join(folder, 'data'),
      logPath: join(folder, 'shop.log'),
      reset: false,
      hasDashboard: true,
      synthesize: (manifests) => synthesize(ROOT, manifests),
      settings: DEMO_SETTINGS,
      signal: new AbortController().signal,
    },
    () => {},
    async (testbed) => {
      started.resolve(testbed);
      await stopped.promise;
    },
  );
  running.catch(started.reject);
  const testbed = await started.promise;
  const { dashboard } = testbed.run;
  if (!dashboard) throw new Error('the run has no dashboard');
  await sendDemoTraffic(testbed, trafficSeconds);
  return {
    testbed,
    dashboard,
    async stop() {
      stopped.resolve();
      await running;
      await rm(folder, { recursive: true });
    },
  };
}
