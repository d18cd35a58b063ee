import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { InspectorClient } from './inspector-client.ts';

/** Interval of the samples of the CPU, in microseconds. */
const CPU_INTERVAL_US = 1_000;
/** Mean distance of the samples of allocated memory, in bytes. */
const HEAP_INTERVAL_BYTES = 65_536;

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
  /** Bytes that the function allocated and that are still in use. */
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

/**
 * Samples the CPU and the allocations of a process at the same time, and closes its inspector.
 *
 * @param url of the inspector's socket
 * @throws the reason of `signal`; Error if the process ends
 */
export async function recordProfiles(url: string, seconds: number, signal: AbortSignal): Promise<Profiles> {
  const client = await InspectorClient.connect(url);
  try {
    await client.send('Profiler.enable');
    await client.send('HeapProfiler.enable');
    await client.send('Profiler.setSamplingInterval', { interval: CPU_INTERVAL_US });
    await client.send('HeapProfiler.startSampling', { samplingInterval: HEAP_INTERVAL_BYTES });
    await client.send('Profiler.start');
    try {
      await delay(seconds * 1_000, undefined, { signal });
    } catch {
      throw signal.reason;
    }
    const cpu = z.object({ profile: CPU_PROFILE }).parse(await client.send('Profiler.stop')).profile;
    const heap = await client.send('HeapProfiler.stopSampling');
    return { cpu, heap: z.object({ profile: HEAP_PROFILE }).parse(heap).profile };
  } finally {
    // Later, because the inspector waits for its clients when it closes.
    const close = "setTimeout(() => process.getBuiltinModule('node:inspector').close(), 100)";
    await client.send('Runtime.evaluate', { expression: close }).catch(() => {});
    client.close();
  }
}
