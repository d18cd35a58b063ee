import { Service, type Version } from '../../../mesh/graph/service.ts';
import { gatewayAddress } from '../cluster/gateway-address.ts';
import type { Chosen } from '../cluster/release.ts';
import { type Load, type LoadOptions, sendLoad } from '../load/load.ts';
import { markOf, type Requests, requestsTo } from '../load/requests.ts';
import { withLoad } from '../load/with-load.ts';
import { type CarriedOut, carryOut } from './carry-out.ts';
import type { Inbound } from './inbound.ts';
import type { Plan } from './plan.ts';
import { type Share, sharesOf } from './shares.ts';
import type { ShiftRequest } from './shift-request.ts';
import { Tally } from './tally.ts';

export interface ShiftOptions {
  /** Requests to measure the shares by. */
  readonly requests: number;
  /** Requests a second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  readonly note: (text: string) => void;
}

/** What a shift did, and what was seen of it. */
export interface Shifted extends CarriedOut {
  readonly versions: readonly Version[];
  /** Requests during the change; undefined where no request of ours reaches the service. */
  readonly during: Load | undefined;
  readonly measured: Load | undefined;
  readonly shares: readonly Share[];
  /** Requests with the header. */
  readonly asked: HeaderCheck | undefined;
}

export interface HeaderCheck {
  readonly version: string;
  readonly load: Load;
  /** Requests that came to the version. */
  readonly came: number;
  readonly holds: boolean;
}

/** How many requests try the header. */
const WITH_HEADER = 100;

/** Carries a plan out under load, then measures. */
export async function shift(
  plan: Plan,
  { header }: ShiftRequest,
  chosen: Chosen,
  { requests, rate, signal, note }: ShiftOptions,
): Promise<Shifted> {
  const { name: service, edge } = plan.service;
  const options = { signal };
  const probes = await requestsTo(service, await gatewayAddress(), signal);
  if (!probes) note(`nothing that changes nothing leads to ${service}: no share is measured`);
  const { result, load: during } = await withLoad(probes && { ...probes, rate }, () =>
    carryOut(plan, chosen, options),
  );
  note(`${result.proxies} proxies have the new routes`);
  const done = { ...result, versions: plan.versions, during };
  if (!probes || requests === 0) return { ...done, measured: undefined, shares: [], asked: undefined };

  note(`measuring with ${requests} requests, ${rate} a second`);
  const port = edge ? Service.httpPort : Service.grpcPort;
  const mark = markOf(service);
  const send = (probes: Requests, requests: number) =>
    counted(service, port, signal, { ...probes, rate, requests, ...(mark && { mark }) });
  const { load: measured, inbound } = await send(probes, requests);
  const shares = sharesOf(plan.versions, measured, inbound);
  if (!header) return { ...done, measured, shares, asked: undefined };

  const headers = { ...probes.headers, [header.name]: header.value };
  const withHeader = await send({ ...probes, headers }, WITH_HEADER);
  return { ...done, measured, shares, asked: headerCheck(plan.versions, header.version, withHeader) };
}

interface Counted {
  readonly load: Load;
  readonly inbound: ReadonlyMap<string, Inbound>;
}

/** Sends requests, and counts what comes to the versions meanwhile. */
async function counted(
  service: string,
  port: number,
  signal: AbortSignal,
  options: LoadOptions,
): Promise<Counted> {
  const tally = await Tally.start(service, port, { signal });
  const load = await sendLoad({ ...options, stop: signal });
  const inbound = await tally.settled();
  signal.throwIfAborted();
  return { load, inbound };
}

/** Whether all requests came to the version, by its sidecars and, where answers tell versions apart, by those too. */
function headerCheck(versions: readonly Version[], version: string, { load, inbound }: Counted): HeaderCheck {
  const came = inbound.get(version)?.requests ?? 0;
  const only = versions.map((one) => ({ ...one, weight: one.name === version ? 100 : 0, mirrorPercent: 0 }));
  const answers = sharesOf(only, load, inbound).slice(versions.length);
  return { version, load, came, holds: came >= load.sent && answers.every(({ holds }) => holds) };
}
