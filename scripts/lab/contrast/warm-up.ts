import { sendLoad } from '../../operate/load/load.ts';
import type { Traffic } from './scenario.ts';
import type { Stage } from './stage.ts';
import { visitors } from './visitors.ts';

/** What new processes get before they are measured: requests a second, and for how many seconds, of each kind. */
const WARM_UP: Readonly<Record<Traffic, { readonly rate: number; readonly seconds: number }>> = {
  'looks at products': { rate: 60, seconds: 8 },
  'reads notices': { rate: 60, seconds: 3 },
  'places orders': { rate: 10, seconds: 3 },
};

/** Lets the processes of a stage compile their code and make their connections. */
export async function warmUp({ door }: Pick<Stage, 'door'>, signal: AbortSignal): Promise<void> {
  for (const [traffic, { rate, seconds }] of Object.entries(WARM_UP)) {
    const request = await visitors(traffic as Traffic, door);
    await sendLoad({ request, rate, requests: rate * seconds, stop: signal });
  }
}
