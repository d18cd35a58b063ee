import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { type LocalPod, localPort } from '../../../../mesh/run/local-pod.ts';
import { withLocalRun } from '../../../../mesh/run/local-run.ts';
import { makeFolder } from '../../../../mesh/run/process/make-folder.ts';
import { readSeedAccounts } from '../../../operate/local/seed-accounts.ts';
import { synthesize } from '../../../operate/local/synthesize.ts';
import { ROOT } from '../../../process/run-tool.ts';
import { crashOf } from '../crash-of.ts';
import { NOTHING } from '../earlier.ts';
import type { Plan } from '../plan.ts';
import { postgresEvents } from '../read-books.ts';
import type { Stage } from '../stage.ts';
import { openDisk } from './disk.ts';
import { inflict, type LocalShop } from './inflict.ts';
import { localStores } from './local-stores.ts';
import { settingsOf } from './moved-clock.ts';
import { openNetwork } from './network.ts';
import { openBroker } from './open-broker.ts';

/** A process is down for about as long as it takes to start. */
const LONGEST_PAUSE_MS = 200;

/**
 * Runs the shop on loopback, with nothing in its stores, for as long as `use` takes. What it says is kept in
 * `folder`/shop.log, and its stores are in `folder`/data, unless a disk of theirs is filled: that is forgotten.
 * @param plan says whether processes reach each other by a network that can be cut, and whose clock is wrong
 * @param onKill is given a function that ends all processes at once
 * @throws Error when it does not come up, with the file to look at
 */
export async function withLocalStage<T>(
  folder: string,
  plan: Pick<Plan, 'cuts' | 'blackholes' | 'fullDisks' | 'broker' | 'movedClock'>,
  signal: AbortSignal,
  onKill: (kill: () => void) => void,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  await makeFolder(folder);
  const path = join(folder, 'shop.log');
  const network = openNetwork();
  const isRerouted = plan.cuts + plan.blackholes > 0;
  const lead = async (address: string) => (isRerouted ? network.lead(plan.broker, address) : address);
  const log = createWriteStream(path);
  const say = (name: string, text: string) => log.write(`${new Date().toISOString()} ${name} ${text}\n`);
  const crashes: string[] = [];
  const line = (name: string, text: string) => {
    say(name, text);
    const crash = crashOf(name, text);
    if (crash) crashes.push(crash);
  };
  const data = join(folder, 'data');
  const disk = plan.fullDisks > 0 ? await openDisk(data) : undefined;
  const broker = await openBroker(plan.broker, lead);
  try {
    return await withLocalRun(
      {
        root: ROOT,
        data,
        reset: true,
        synthesize: (to) => synthesize(ROOT, to, broker),
        beforeStart: async (secrets) => broker?.admit(secrets),
        reporter: { line, note: say, problem: say },
        // A line for each of many thousand requests would hide what matters, and cost time.
        environment: { WEFT_LOG_LEVEL: 'warn', ...process.env },
        settings: settingsOf(plan.movedClock),
        maxRestartDelayMs: LONGEST_PAUSE_MS,
        ...(isRerouted && { reroute: network.reroute }),
        signal,
      },
      onKill,
      async (run) =>
        use(await stageOf({ run, network, ...(broker && { broker }), ...(disk && { disk }) }, crashes)),
    );
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}\nwhat the shop said is in ${path}`, { cause: error });
  } finally {
    await broker?.remove();
    await disk?.remove();
    network.close();
    log.end();
  }
}

async function stageOf(shop: LocalShop, crashes: readonly string[]): Promise<Stage> {
  const { run, broker } = shop;
  const { admin } = await readSeedAccounts(run.secrets);
  return {
    where: 'on loopback',
    gateway: run.edgeUrl,
    readiness: readinessOf(run.pods),
    admin,
    inflict: (fault, signal) => inflict(shop, fault, signal),
    openStores: () => localStores(run),
    events: (stores) => broker?.events() ?? postgresEvents(stores),
    earlier: NOTHING,
    crashes: async () => crashes,
  };
}

/** Past the links of the network, so that a probe reaches the process itself. */
function readinessOf(pods: readonly LocalPod[]): ReadonlyMap<string, string> {
  return new Map(
    pods.flatMap((pod) => {
      const port = localPort(pod, 'http-admin');
      return port === undefined ? [] : [[pod.name, `http://127.0.0.1:${port}/readyz`]];
    }),
  );
}
