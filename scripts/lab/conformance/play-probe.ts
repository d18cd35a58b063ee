import type { ProbeCaller } from './layers/layer.ts';
import type { Probe, Stage } from './probe.ts';

/** How often callees are asked until all are connected. */
const WARM_UPS = 500;

/** Plays a probe with a caller, once that has a connection to each callee; closes it. @returns what was seen */
export async function playProbe(
  { run }: Probe,
  { play, seen }: Omit<Stage, 'call'>,
  caller: ProbeCaller,
): Promise<string> {
  const call: Stage['call'] = (options = {}) => caller.call(options);
  const isReached = async () => (await seen()).every(({ length }) => length > 0);
  try {
    await play();
    for (let turn = 0; turn < WARM_UPS && !(await isReached()); turn++)
      await call({ key: `warm-up-${turn}` });
    return await run({ play, seen, call });
  } finally {
    caller.close();
  }
}
