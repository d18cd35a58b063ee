import type { OpenCaller } from './layers/layer.ts';
import type { Probe, Stage } from './probe.ts';
import { ScriptedCallee } from './scripted-callee.ts';

/** Plays a probe on loopback, with callees of its own. @returns what it saw */
export async function runProbe(
  { policy, callees: count = 1, run }: Probe,
  open: OpenCaller,
): Promise<string> {
  const callees = Array.from({ length: count }, () => new ScriptedCallee());
  const addresses = await Promise.all(callees.map((callee) => callee.listen()));
  const caller = open(policy, addresses);
  const stage: Stage = {
    seen: callees.map(({ seen }) => seen),
    play: (...scripts) => {
      for (const [index, callee] of callees.entries()) callee.play(scripts[index] ?? {});
    },
    call: async (options = {}) => {
      const start = performance.now();
      return { code: await caller.call(options), ms: performance.now() - start };
    },
  };
  try {
    // Once all are connected.
    stage.play();
    for (let call = 0; call < 500 && stage.seen.some((seen) => seen.length === 0); call++)
      await stage.call({ key: `warm-up-${call}` });
    return await run(stage);
  } finally {
    caller.close();
    await Promise.all(callees.map((callee) => callee.close()));
  }
}
