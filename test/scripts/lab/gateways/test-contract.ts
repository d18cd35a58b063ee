import { describe, expect, test } from '@jest/globals';
import { GATEWAY_DIFFERENCES, type GatewayName } from '../../../../scripts/lab/gateways/differences.ts';
import type { ProbeTarget } from '../../../../scripts/lab/gateways/probe.ts';
import { GATEWAY_PROBES } from '../../../../scripts/lab/gateways/probes.ts';

/** Defines a test for each probe. @param target returns the gateway, once the hooks of the test file have run */
export function testContract(gateway: GatewayName, target: () => ProbeTarget): void {
  const differences = GATEWAY_DIFFERENCES[gateway];
  describe.each(Object.entries(GATEWAY_PROBES))(`${gateway} answers as documented: %s`, (_, probes) => {
    test.each(probes.map((probe) => [probe.name, probe] as const))('%s', async (name, { answer, send }) => {
      const difference = differences.find(({ probe }) => probe === name);
      expect(await send(target())).toBe(difference?.answer ?? answer);
    });
  });

  test(`the differences of ${gateway} name probes, and differ from the contract`, () => {
    const answers = new Map(
      Object.values(GATEWAY_PROBES).flatMap((probes) => probes.map(({ name, answer }) => [name, answer])),
    );
    expect(
      differences.filter(
        ({ probe, answer }) => answers.get(probe) === undefined || answers.get(probe) === answer,
      ),
    ).toEqual([]);
  });
}
