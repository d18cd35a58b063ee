import type { ProbeCaller } from './layers/layer.ts';
import type { ConformanceProbe, ProbeTestbed } from './probe.ts';

/** How often callees are asked until all are connected. */
const WARM_UPS = 500;

/** Plays a probe with a caller, once that has a connection to each callee; closes it. @returns what was seen */
export async function runProbe(
  { run }: ConformanceProbe,
  { setScripts, receivedRequests }: Omit<ProbeTestbed, 'call'>,
  caller: ProbeCaller,
): Promise<string> {
  const call: ProbeTestbed['call'] = (options = {}) => caller.call(options);
  const isReached = async () => (await receivedRequests()).every(({ length }) => length > 0);
  try {
    await setScripts();
    for (let turn = 0; turn < WARM_UPS && !(await isReached()); turn++)
      await call({ key: `warm-up-${turn}` });
    return await run({ setScripts, receivedRequests, call });
  } finally {
    caller.close();
  }
}
