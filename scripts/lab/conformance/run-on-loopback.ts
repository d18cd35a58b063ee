import type { OpenCaller } from './layers/layer.ts';
import type { ConformanceProbe, ProbeTestbed } from './probe.ts';
import { runProbe } from './run-probe.ts';
import { ScriptedCallee } from './scripted-callee.ts';

/** Runs a probe against new callees on loopback. @returns the result in the words of the probe */
export async function runOnLoopback(probe: ConformanceProbe, open: OpenCaller): Promise<string> {
  const callees = Array.from({ length: probe.callees ?? 1 }, () => new ScriptedCallee());
  const addresses = await Promise.all(callees.map((callee) => callee.listen('127.0.0.1:0')));
  const testbed: Omit<ProbeTestbed, 'call'> = {
    setScripts: async (...scripts) => {
      await Promise.all(callees.map((callee, index) => callee.setScript(scripts[index] ?? {})));
    },
    receivedRequests: async () => callees.map(({ requests }) => [...requests]),
  };
  try {
    return await runProbe(probe, testbed, open(probe.policy, addresses, probe.versions));
  } finally {
    await Promise.all(callees.map((callee) => callee.close()));
  }
}
