import { setTimeout as delay } from 'node:timers/promises';
import { TCP_KEEPALIVE } from '../../../../mesh/policy/liveness.ts';
import type { LocalRun } from '../../../../mesh/run/local-run.ts';
import type { Blackhole, Cut, Fault, Fill, Slow } from '../planned-faults.ts';
import type { Begun } from '../stage.ts';
import type { LocalBroker } from './broker.ts';
import type { Disk } from './disk.ts';
import type { Network } from './network.ts';

/** How often a process that is being started again is looked for, milliseconds. */
const LOOK_MS = 20;

/** What a run on loopback is made of. */
export interface LocalShop {
  readonly run: LocalRun;
  readonly network: Network;
  /** Where neither a process of the run nor Postgres carries topics. */
  readonly broker?: LocalBroker;
  /** Where all its stores are, when that can be filled. */
  readonly disk?: Disk;
}

/**
 * Does a fault to the run. Resolves when it was begun; a process that is being started again is waited for first.
 * @throws Error when no process has the target's name, or the signal aborts
 */
export async function inflict(
  { run, network, broker, disk }: LocalShop,
  fault: Fault,
  signal: AbortSignal,
): Promise<Begun> {
  if (fault.kind === 'cut' || fault.kind === 'slow') return disturb(network, fault, signal);
  if (fault.kind === 'blackhole') return silence(network, fault, signal);
  if (fault.kind === 'fill') return fillDisk(disk, fault, signal);
  if (broker && fault.target === broker.kind)
    return fault.kind === 'kill' ? broker.kill() : broker.freeze(fault.milliseconds, signal);
  const pid = await processOf(run, fault.target, signal);
  switch (fault.kind) {
    case 'kill':
      send(pid, 'SIGKILL');
      return { over: Promise.resolve() };
    case 'freeze':
      send(pid, 'SIGSTOP');
      return {
        over: delay(fault.milliseconds, undefined, { signal }).finally(() => send(pid, 'SIGCONT')),
      };
  }
}

function disturb(network: Network, fault: Cut | Slow, signal: AbortSignal): Begun {
  const mends = network
    .to(fault.target)
    .map((link) => (fault.kind === 'cut' ? link.cut() : link.slow(fault.lateMs)));
  const mend = () => {
    for (const one of mends) one();
  };
  return { over: delay(fault.milliseconds, undefined, { signal }).finally(mend) };
}

/**
 * Silences connections. The client never sees them end. The server sees a reset when its TCP keepalive would have found
 * them dead: a proxy on loopback acknowledges keepalive probes forever, and the server would keep locks and slots.
 */
function silence(network: Network, { target }: Blackhole, signal: AbortSignal): Begun {
  const resets = network.to(target).map((link) => link.swallow());
  const keepaliveMs = TCP_KEEPALIVE.idleMs + TCP_KEEPALIVE.intervalMs * TCP_KEEPALIVE.probes;
  const over = delay(keepaliveMs, undefined, { signal }).finally(() => {
    for (const reset of resets) reset();
  });
  return { over };
}

async function fillDisk(disk: Disk | undefined, fault: Fill, signal: AbortSignal): Promise<Begun> {
  if (!disk) throw new Error(`${fault.target} has no disk here that can be filled`);
  const empty = await disk.fill();
  return { over: delay(fault.milliseconds, undefined, { signal }).finally(empty) };
}

async function processOf(run: LocalRun, target: string, signal: AbortSignal): Promise<number> {
  const pod = run.pods.find(({ name }) => name === target);
  if (!pod) throw new Error(`no process is called ${target}`);
  for (;;) {
    const pid = run.pidOf(pod);
    if (pid) return pid;
    await delay(LOOK_MS, undefined, { signal });
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It ended meanwhile, of itself or by a fault before.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
