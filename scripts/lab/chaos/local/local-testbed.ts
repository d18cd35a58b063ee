import { join } from 'node:path';
import { readSeedAccounts } from '../../../operate/local/seed-accounts.ts';
import { synthesize } from '../../../operate/local/synthesize.ts';
import { ROOT } from '../../../process/run-tool.ts';
import { withLocalTestbed } from '../../testbed/local-testbed.ts';
import { openLocalStores } from '../../testbed/open-local-stores.ts';
import type { ChaosTestbed } from '../chaos-testbed.ts';
import { EMPTY_LEDGER } from '../ledger-baseline.ts';
import { parseCrash } from '../parse-crash.ts';
import type { ChaosPlan } from '../plan.ts';
import { readPostgresEvents } from '../read-ledger.ts';
import { mountDisk } from './disk.ts';
import { injectFault } from './inject-fault.ts';
import type { LocalBroker } from './local-broker.ts';
import { openNetwork } from './network.ts';
import { openBroker } from './open-broker.ts';
import { buildServiceSettings } from './skewed-clock.ts';

/** Short, so that a killed process is down for little longer than it takes to start. */
const MAX_RESTART_DELAY_MS = 200;

/**
 * Runs the shop on loopback with empty stores, passes it to `use`, and stops it afterwards. Logs are written to
 * `folder`/shop.log. Stores are in `folder`/data; they are discarded if the plan fills their disk.
 * @param plan decides whether links are placed between processes, and whose clock is skewed
 * @param onKill receives a function that kills all processes at once
 * @throws Error with the path of the log if the shop does not start
 */
export async function withLocalChaosTestbed<T>(
  folder: string,
  plan: Pick<ChaosPlan, 'cuts' | 'blackholes' | 'fullDisks' | 'broker' | 'clockSkew'>,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  use: (testbed: ChaosTestbed) => Promise<T>,
): Promise<T> {
  const network = openNetwork();
  const needsLinks = plan.cuts + plan.blackholes > 0;
  const toServiceAddress = async (address: string) =>
    needsLinks ? network.addLink(plan.broker, address) : address;
  const crashes: string[] = [];
  const data = join(folder, 'data');
  const disk = plan.fullDisks > 0 ? await mountDisk(data) : undefined;
  let broker: LocalBroker | undefined;
  try {
    broker = await openBroker(plan.broker, toServiceAddress);
    return await withLocalTestbed(
      {
        data,
        logPath: join(folder, 'shop.log'),
        onLine(name, line) {
          const crash = parseCrash(name, line);
          if (crash) crashes.push(crash);
        },
        reset: true,
        synthesize: (to) => synthesize(ROOT, to, broker),
        beforeStart: async (secrets) => broker?.grantAccess(secrets),
        settings: buildServiceSettings(plan.clockSkew),
        maxRestartDelayMs: MAX_RESTART_DELAY_MS,
        ...(needsLinks && { reroute: network.reroute }),
        signal,
      },
      onKill,
      async (testbed) => {
        const { run } = testbed;
        const shop = { run, network, ...(broker && { broker }), ...(disk && { disk }) };
        return use({
          ...testbed,
          admin: (await readSeedAccounts(run.secrets)).admin,
          inject: (fault) => injectFault(shop, fault, signal),
          openStores: () => openLocalStores(run),
          events: (stores) => broker?.events() ?? readPostgresEvents(stores),
          baseline: EMPTY_LEDGER,
          crashes: async () => crashes,
        });
      },
    );
  } finally {
    await broker?.remove();
    await disk?.remove();
    network.close();
  }
}
