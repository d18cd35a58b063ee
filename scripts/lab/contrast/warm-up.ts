import { type LoadRequest, sendLoad } from '../../operate/load/load.ts';
import { createRequests } from './load-requests.ts';
import type { Traffic } from './scenario.ts';

/** Load of new processes before a measurement, for each kind of traffic. */
const WARM_UP: Readonly<Record<Traffic, { readonly rate: number; readonly seconds: number }>> = {
  'browse products': { rate: 60, seconds: 8 },
  'list notifications': { rate: 60, seconds: 3 },
  'place orders': { rate: 10, seconds: 3 },
};

/** Sends every kind of traffic, so that new processes compile their code and open their connections. */
export async function warmUpTestbed(ingressUrl: string, signal: AbortSignal): Promise<void> {
  for (const [traffic, { rate, seconds }] of Object.entries(WARM_UP))
    await warmUp(await createRequests(traffic as Traffic, ingressUrl), rate, seconds, signal);
}

/**
 * Sends load whose outcome is not measured.
 * @param request returns the nth request, counted from 0
 * @param rate requests per second
 */
export async function warmUp(
  request: (index: number) => LoadRequest,
  rate: number,
  seconds: number,
  signal: AbortSignal,
): Promise<void> {
  await sendLoad({ request, rate, requests: rate * seconds, stop: signal });
}
