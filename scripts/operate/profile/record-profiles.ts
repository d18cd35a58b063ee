import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { InspectorClient } from './inspector-client.ts';
import { readInspectorUrl } from './inspector-url.ts';
import type { ProfileTarget } from './profile-target.ts';

/** Interval of the samples of the CPU, in microseconds. With V8's default of 1 ms, a busy process loses a tenth of its CPU. */
const CPU_INTERVAL_US = 2_000;
/** Mean distance of the samples of allocated memory, in bytes. V8's default of 32 KiB is for processes that wait more. */
const HEAP_INTERVAL_BYTES = 262_144;
/** Longer recordings sample memory less often, because V8 keeps every sample in the memory of the process. */
const SECONDS_OF_HEAP_INTERVAL = 10;
/** Time for the process to close its inspector, in milliseconds. A busy event loop delays it. */
const CLOSE_TIMEOUT_MS = 5_000;
const CLOSE_POLL_MS = 50;

const CALL_FRAME = z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() });

/** @see https://chromedevtools.github.io/devtools-protocol/v8/Profiler/#type-Profile */
const CPU_PROFILE = z.looseObject({
  nodes: z.array(
    z.looseObject({ id: z.number(), callFrame: CALL_FRAME, children: z.array(z.number()).default([]) }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});
export type CpuProfile = z.infer<typeof CPU_PROFILE>;

/** @see https://chromedevtools.github.io/devtools-protocol/v8/HeapProfiler/#type-SamplingHeapProfile */
export interface HeapNode {
  readonly callFrame: z.infer<typeof CALL_FRAME>;
  /** Bytes that the function allocated. */
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}
const HEAP_NODE: z.ZodType<HeapNode> = z.looseObject({
  callFrame: CALL_FRAME,
  selfSize: z.number(),
  get children() {
    return z.array(HEAP_NODE);
  },
});
const HEAP_PROFILE = z.looseObject({ head: HEAP_NODE });
export type HeapProfile = z.infer<typeof HEAP_PROFILE>;

export interface Profiles {
  readonly cpu: CpuProfile;
  readonly heap: HeapProfile;
}

/** Time after the end of a recording after which the process closes its inspector without a command, in milliseconds. */
const ABANDONED_AFTER_MS = 60_000;
/** Time for the client to disconnect before the inspector closes, in milliseconds. */
const DISCONNECT_MS = 100;

/**
 * Samples the CPU and the allocations of a process at the same time, and closes its inspector.
 *
 * The inspector also closes if this process is killed while it records: then it disconnects, which ends the sampling, and a
 * timer in the recorded process closes the inspector.
 *
 * @param seconds length of the recording
 * @throws the reason of `signal`; Error if the process ends, or another recording of it is running
 */
export async function recordProfiles(
  { name, inspectorUrl }: Pick<ProfileTarget, 'name' | 'inspectorUrl'>,
  seconds: number,
  signal: AbortSignal,
): Promise<Profiles> {
  const client = await InspectorClient.connect(name, inspectorUrl, signal);
  if (await isSamplingHeap(client)) {
    client.close();
    throw new Error(`${name}: another recording is running; wait until it has ended`);
  }
  try {
    await closeInspectorAfter(client, seconds * 1_000 + ABANDONED_AFTER_MS);
    await client.send('Profiler.enable');
    await client.send('HeapProfiler.enable');
    await client.send('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
    await client.send('HeapProfiler.startSampling', {
      samplingInterval: HEAP_INTERVAL_BYTES * Math.max(1, seconds / SECONDS_OF_HEAP_INTERVAL),
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    await client.send('Profiler.start');
    const stop = AbortSignal.any([signal, client.ended]);
    await delay(seconds * 1_000, undefined, { signal: stop }).catch(() => stop.throwIfAborted());
    const cpu = z.object({ profile: CPU_PROFILE }).parse(await client.send('Profiler.stop')).profile;
    const heap = await client.send('HeapProfiler.stopSampling');
    return { cpu, heap: z.object({ profile: HEAP_PROFILE }).parse(heap).profile };
  } finally {
    await closeInspectorAfter(client, DISCONNECT_MS).catch(() => {});
    client.close();
    await waitUntilClosed(inspectorUrl);
  }
}

/** Returns whether a client of the inspector samples the heap. V8 has one such sampler, and ends it with its client. */
async function isSamplingHeap(client: InspectorClient): Promise<boolean> {
  try {
    await client.send('HeapProfiler.getSamplingProfile');
    return true;
  } catch {
    client.ended.throwIfAborted();
    return false;
  }
}

/**
 * Sets the timer of the process that closes its inspector. Replaces an earlier one, which would disconnect this client.
 * `inspector.close()` blocks the process until all clients have disconnected, so it must not run before they do.
 */
function closeInspectorAfter(client: InspectorClient, milliseconds: number): Promise<void> {
  return client.run(`
    const key = Symbol.for('weft.closeInspector');
    clearTimeout(globalThis[key]);
    const close = () => process.getBuiltinModule('node:inspector').close();
    globalThis[key] = setTimeout(close, ${milliseconds}).unref();`);
}

/** Waits until the inspector is closed, so that the next recording does not connect to one that is about to close. */
async function waitUntilClosed(inspectorUrl: string): Promise<void> {
  const end = performance.now() + CLOSE_TIMEOUT_MS;
  const port = Number(new URL(inspectorUrl).port);
  while (performance.now() < end && (await readInspectorUrl(port)) !== undefined) await delay(CLOSE_POLL_MS);
}
