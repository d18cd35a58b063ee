import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type LocalPod, localPort } from '../../../../mesh/run/local-pod.ts';
import { withLocalRun } from '../../../../mesh/run/local-run.ts';
import { makeFolder } from '../../../../mesh/run/process/make-folder.ts';
import { readSeedAccounts } from '../../../operate/local/seed-accounts.ts';
import { synthesize } from '../../../operate/local/synthesize.ts';
import { ROOT } from '../../../process/run-tool.ts';
import type { ChaosTestbed } from '../chaos-testbed.ts';
import { EMPTY_LEDGER } from '../ledger-baseline.ts';
import { parseCrash } from '../parse-crash.ts';
import type { ChaosPlan } from '../plan.ts';
import { readPostgresEvents } from '../read-ledger.ts';
import { mountDisk } from './disk.ts';
import { injectFault, type LocalShop } from './inject-fault.ts';
import { openNetwork } from './network.ts';
import { openBroker } from './open-broker.ts';
import { openLocalStores } from './open-local-stores.ts';
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
export async function withLocalTestbed<T>(
  folder: string,
  plan: Pick<ChaosPlan, 'cuts' | 'blackholes' | 'fullDisks' | 'broker' | 'movedClock'>,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  use: (testbed: ChaosTestbed) => Promise<T>,
): Promise<T> {
  await makeFolder(folder);
  const logPath = join(folder, 'shop.log');
  const network = openNetwork();
  const needsLinks = plan.cuts + plan.blackholes > 0;
  const toServiceAddress = async (address: string) =>
    needsLinks ? network.addLink(plan.broker, address) : address;
  const log = createWriteStream(logPath);
  const writeLog = (name: string, text: string) => log.write(`${new Date().toISOString()} ${name} ${text}\n`);
  const crashes: string[] = [];
  const onLine = (name: string, text: string) => {
    writeLog(name, text);
    const crash = parseCrash(name, text);
    if (crash) crashes.push(crash);
  };
  const data = join(folder, 'data');
  const disk = plan.fullDisks > 0 ? await mountDisk(data) : undefined;
  const broker = await openBroker(plan.broker, toServiceAddress);
  try {
    return await withLocalRun(
      {
        root: ROOT,
        data,
        reset: true,
        synthesize: (to) => synthesize(ROOT, to, broker),
        beforeStart: async (secrets) => broker?.grantAccess(secrets),
        reporter: { line: onLine, note: writeLog, problem: writeLog },
        // One log line per request would hide warnings and cost CPU.
        environment: { WEFT_LOG_LEVEL: 'warn', ...process.env },
        settings: buildServiceSettings(plan.movedClock),
        maxRestartDelayMs: MAX_RESTART_DELAY_MS,
        ...(needsLinks && { reroute: network.reroute }),
        signal,
      },
      onKill,
      async (run) =>
        use(await createTestbed({ run, network, ...(broker && { broker }), ...(disk && { disk }) }, crashes)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nthe log of the shop is in ${logPath}`, { cause: error });
  } finally {
    await broker?.remove();
    await disk?.remove();
    network.close();
    log.end();
  }
}

async function createTestbed(shop: LocalShop, crashes: readonly string[]): Promise<ChaosTestbed> {
  const { run, broker } = shop;
  const { admin } = await readSeedAccounts(run.secrets);
  return {
    where: 'on loopback',
    gateway: run.edgeUrl,
    readiness: readinessUrls(run.pods),
    admin,
    inject: (fault, signal) => injectFault(shop, fault, signal),
    openStores: () => openLocalStores(run),
    events: (stores) => broker?.events() ?? readPostgresEvents(stores),
    baseline: EMPTY_LEDGER,
    crashes: async () => crashes,
  };
}

/** Returns URLs that bypass the links of the network, so that a probe reaches the process itself. */
function readinessUrls(pods: readonly LocalPod[]): ReadonlyMap<string, string> {
  return new Map(
    pods.flatMap((pod) => {
      const port = localPort(pod, 'http-admin');
      return port === undefined ? [] : [[pod.name, `http://127.0.0.1:${port}/readyz`]];
    }),
  );
}
