import type { ProbeCaller } from './layers/layer.ts';
import type { ConformanceProbe, ProbeTestbed } from './probe.ts';

/** Maximum number of calls until every callee has a connection. */
const MAX_WARM_UP_CALLS = 500;

/** Runs a probe with a caller, after the caller has a connection to each callee. Closes the caller. */
export async function runProbe(
  { run }: ConformanceProbe,
  callees: Omit<ProbeTestbed, 'call'>,
  caller: ProbeCaller,
): Promise<string> {
  const testbed: ProbeTestbed = { ...callees, call: (options = {}) => caller.call(options) };
  const areConnected = async () => (await testbed.receivedRequests()).every(({ length }) => length > 0);
  try {
    await testbed.setScripts();
    for (let index = 0; index < MAX_WARM_UP_CALLS && !(await areConnected()); index++)
      await testbed.call({ key: `warm-up-${index}` });
    return await run(testbed);
  } finally {
    caller.close();
  }
}
