import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differenceOf } from '../../mesh/policy/differences/differences.ts';
import { ProbeCluster } from '../../scripts/lab/conformance/cluster/probe-cluster.ts';
import { runInCluster } from '../../scripts/lab/conformance/cluster/run-in-cluster.ts';
import { judge } from '../../scripts/lab/conformance/judge.ts';
import { PROBES } from '../../scripts/lab/conformance/probes.ts';

/** Probes with several versions run on loopback only. test/soak/shift.test.ts covers the weights of the mesh. */
const CLUSTER_PROBES = PROBES.filter(({ versions }) => !versions);

let cluster: ProbeCluster;
beforeAll(async () => {
  cluster = await ProbeCluster.open(() => {});
});
afterAll(() => cluster?.close());

describe.each(['mesh', 'proxyless'] as const)(
  'the documented difference of a field matches the behavior of %s',
  (layer) => {
    const probes = CLUSTER_PROBES.filter(
      (probe) => layer === 'mesh' || differenceOf(layer, probe.field).support === 'exact',
    );
    test.each(probes.map((probe) => [probe.field, probe] as const))('%s', async (_, probe) => {
      const { actual, claim, holds } = judge(probe, layer, await runInCluster(probe, layer, cluster));
      expect({ actual, claim, holds }).toMatchObject({ holds: true });
    });
  },
);
