import { GATEWAY_DIFFERENCES, type GatewayDifference, type GatewayName } from './differences.ts';
import type { ProbeTarget } from './probe.ts';
import { GATEWAY_PROBES } from './probes.ts';

export interface GatewayResult {
  readonly gateway: GatewayName;
  readonly subject: string;
  readonly probe: string;
  readonly contract: string;
  readonly answer: string;
  /** The listed difference of the gateway, if any. */
  readonly difference: GatewayDifference | undefined;
  /** Whether the answer is that of the listed difference or, without one, that of the contract. */
  readonly holds: boolean;
}

/** Sends every probe to a gateway, one after another, and yields the result of each. */
export async function* runGatewayProbes(
  gateway: GatewayName,
  target: ProbeTarget,
): AsyncGenerator<GatewayResult> {
  for (const [subject, probes] of Object.entries(GATEWAY_PROBES)) {
    for (const { name: probe, answer: contract, send } of probes) {
      const difference = GATEWAY_DIFFERENCES[gateway].find((one) => one.probe === probe);
      const answer = await send(target).catch((error: unknown) => String(error));
      const holds = answer === (difference?.answer ?? contract);
      yield { gateway, subject, probe, contract, answer, difference, holds };
    }
  }
}
