import { setTimeout as delay } from 'node:timers/promises';
import { TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { LocalRun } from '../../../../mesh/run/local-run.ts';
import type { ActiveFault } from '../chaos-testbed.ts';
import type { Blackhole, Cut, Fill, PlannedFault, Slow } from '../planned-faults.ts';
import type { Disk } from './disk.ts';
import type { LocalBroker } from './local-broker.ts';
import type { Network } from './network.ts';

/** Interval at which a restarting process is looked up. */
const POLL_INTERVAL_MS = 20;

/** Parts of a local run that faults can be injected into. */
export interface LocalShop {
  readonly run: LocalRun;
  readonly network: Network;
  /** @default none: the broker is Postgres */
  readonly broker?: LocalBroker;
  /** Disk with all stores. @default none: it cannot be filled */
  readonly disk?: Disk;
}

/**
 * Injects a fault into a local run. Waits for a restarting process first, and resolves when the fault has begun.
 * @throws Error if no process has the target's name or the signal aborts
 */
export async function injectFault(
  { run, network, broker, disk }: LocalShop,
  fault: PlannedFault,
  signal: AbortSignal,
): Promise<ActiveFault> {
  if (fault.kind === 'cut' || fault.kind === 'slow') return disturbNetwork(network, fault, signal);
  if (fault.kind === 'blackhole') return silenceConnections(network, fault, signal);
  if (fault.kind === 'fill') return fillDisk(disk, fault, signal);
  if (broker && fault.target === broker.kind)
    return fault.kind === 'kill' ? broker.kill() : broker.freeze(fault.durationMs, signal);
  const pid = await waitForProcess(run, fault.target, signal);
  switch (fault.kind) {
    case 'kill':
      sendSignal(pid, 'SIGKILL');
      return { completion: Promise.resolve() };
    case 'freeze':
      sendSignal(pid, 'SIGSTOP');
      return {
        completion: delay(fault.durationMs, undefined, { signal }).finally(() => sendSignal(pid, 'SIGCONT')),
      };
  }
}

function disturbNetwork(network: Network, fault: Cut | Slow, signal: AbortSignal): ActiveFault {
  const repairs = network
    .linksTo(fault.target)
    .map((link) => (fault.kind === 'cut' ? link.cut() : link.delay(fault.delayMs)));
  const repairAll = () => {
    for (const repair of repairs) repair();
  };
  return { completion: delay(fault.durationMs, undefined, { signal }).finally(repairAll) };
}

/**
 * Silences connections. The client never sees them end. The server sees a reset when its TCP keepalive would have found
 * them dead: a proxy on loopback acknowledges keepalive probes forever, and the server would keep locks and slots.
 */
function silenceConnections(network: Network, { target }: Blackhole, signal: AbortSignal): ActiveFault {
  const resets = network.linksTo(target).map((link) => link.silence());
  const keepaliveMs = TCP_KEEPALIVE.idleMs + TCP_KEEPALIVE.intervalMs * TCP_KEEPALIVE.probes;
  const completion = delay(keepaliveMs, undefined, { signal }).finally(() => {
    for (const reset of resets) reset();
  });
  return { completion };
}

async function fillDisk(disk: Disk | undefined, fault: Fill, signal: AbortSignal): Promise<ActiveFault> {
  if (!disk) throw new Error(`the disk of ${fault.target} cannot be filled: it is not mounted`);
  const restore = await disk.fill();
  return { completion: delay(fault.durationMs, undefined, { signal }).finally(restore) };
}

async function waitForProcess(run: LocalRun, target: string, signal: AbortSignal): Promise<number> {
  const pod = run.pods.find(({ name }) => name === target);
  if (!pod) throw new Error(`process ${target} does not exist`);
  for (;;) {
    const pid = run.pidOf(pod);
    if (pid) return pid;
    await delay(POLL_INTERVAL_MS, undefined, { signal });
  }
}

function sendSignal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // The process has ended meanwhile, by itself or by an earlier fault.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
