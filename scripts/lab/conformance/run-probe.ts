import type { OpenCaller } from './layers/layer.ts';
import { playProbe } from './play-probe.ts';
import type { Probe, Stage } from './probe.ts';
import { ScriptedCallee } from './scripted-callee.ts';

/** Plays a probe on loopback, with callees of its own. @returns what it saw */
export async function runProbe(probe: Probe, open: OpenCaller): Promise<string> {
  const callees = Array.from({ length: probe.callees ?? 1 }, () => new ScriptedCallee());
  const addresses = await Promise.all(callees.map((callee) => callee.listen('127.0.0.1:0')));
  const stage: Omit<Stage, 'call'> = {
    play: async (...scripts) => {
      await Promise.all(callees.map((callee, index) => callee.play(scripts[index] ?? {})));
    },
    seen: async () => callees.map(({ seen }) => [...seen]),
  };
  try {
    return await playProbe(probe, stage, open(probe.policy, addresses, probe.versions));
  } finally {
    await Promise.all(callees.map((callee) => callee.close()));
  }
}
