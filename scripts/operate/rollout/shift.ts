import { Service } from '../../../mesh/graph/service.ts';
import type { Version } from '../../../mesh/graph/version.ts';
import { readGatewayAddress } from '../cluster/gateway-address.ts';
import type { ReleaseOptions } from '../cluster/release.ts';
import { type Load, type LoadOptions, sendLoad } from '../load/load.ts';
import { findRequests, type Requests, versionMark } from '../load/requests.ts';
import { withLoad } from '../load/with-load.ts';
import { executePlan, type RolloutResult } from './execute-plan.ts';
import type { Inbound } from './inbound.ts';
import type { RolloutPlan } from './plan.ts';
import { measureShares, type Share } from './shares.ts';
import type { ShiftRequest } from './shift-request.ts';
import { Tally } from './tally.ts';

export interface ShiftOptions {
  /** Number of requests to measure the shares with; 0 skips the measurement. */
  readonly requests: number;
  /** Requests per second. */
  readonly rate: number;
  readonly signal: AbortSignal;
  /** Receives progress messages. */
  readonly note: (text: string) => void;
}

/** The changes of a shift, and its measurements. */
export interface ShiftResult extends RolloutResult {
  readonly versions: readonly Version[];
  /** Load during the change; undefined if no read-only request reaches the service. */
  readonly during: Load | undefined;
  readonly measured: Load | undefined;
  readonly shares: readonly Share[];
  /** Result of requests with the header; undefined without a header. */
  readonly headerCheck: HeaderCheck | undefined;
}

export interface HeaderCheck {
  readonly version: string;
  readonly load: Load;
  /** Number of requests that reached the version. */
  readonly requests: number;
  readonly holds: boolean;
}

/** Number of requests with the header. */
const HEADER_REQUESTS = 100;

/** Executes a plan under load, then measures the share of each version. */
export async function runShift(
  plan: RolloutPlan,
  { header }: ShiftRequest,
  release: ReleaseOptions,
  { requests, rate, signal, note }: ShiftOptions,
): Promise<ShiftResult> {
  const { name: service, edge } = plan.service;
  const options = { signal };
  const probes = await findRequests(service, await readGatewayAddress(), signal);
  if (!probes) note(`${service} has no read-only route; skipping the measurement of shares`);
  const { result, load: during } = await withLoad(probes && { ...probes, rate }, () =>
    executePlan(plan, release, options),
  );
  note(`${result.proxies} proxies have received the new routes`);
  const rollout = { ...result, versions: plan.versions, during };
  if (!probes || requests === 0)
    return { ...rollout, measured: undefined, shares: [], headerCheck: undefined };

  note(`measuring shares with ${requests} requests at ${rate} per second`);
  const port = edge ? Service.httpPort : Service.grpcPort;
  const mark = versionMark(service);
  const send = (probes: Requests, requests: number) =>
    countLoad(service, port, signal, { ...probes, rate, requests, ...(mark && { mark }) });
  const { load: measured, inbound } = await send(probes, requests);
  const shares = measureShares(plan.versions, measured, inbound);
  if (!header) return { ...rollout, measured, shares, headerCheck: undefined };

  const headers = { ...probes.headers, [header.name]: header.value };
  const withHeader = await send({ ...probes, headers }, HEADER_REQUESTS);
  return {
    ...rollout,
    measured,
    shares,
    headerCheck: checkHeader(plan.versions, header.version, withHeader),
  };
}

interface CountedLoad {
  readonly load: Load;
  readonly inbound: ReadonlyMap<string, Inbound>;
}

/** Sends requests, and counts how many reach each version. */
async function countLoad(
  service: string,
  port: number,
  signal: AbortSignal,
  options: LoadOptions,
): Promise<CountedLoad> {
  const tally = await Tally.start(service, port, { signal });
  const load = await sendLoad({ ...options, stop: signal });
  const inbound = await tally.readSettled();
  signal.throwIfAborted();
  return { load, inbound };
}

/**
 * Checks that all requests reached the version, by its sidecars and, if responses differ by version, by the responses.
 */
function checkHeader(
  versions: readonly Version[],
  version: string,
  { load, inbound }: CountedLoad,
): HeaderCheck {
  const reachedCount = inbound.get(version)?.requests ?? 0;
  const only = versions.map((one) => ({ ...one, weight: one.name === version ? 100 : 0, mirrorPercent: 0 }));
  const answers = measureShares(only, load, inbound).slice(versions.length);
  return {
    version,
    load,
    requests: reachedCount,
    holds: reachedCount >= load.sent && answers.every(({ holds }) => holds),
  };
}
