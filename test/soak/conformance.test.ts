import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { differenceOf } from '../../mesh/policy/differences/differences.ts';
import { ProbeCluster } from '../../scripts/lab/conformance/cluster/probe-cluster.ts';
import { runInCluster } from '../../scripts/lab/conformance/cluster/run-in-cluster.ts';
import { judge } from '../../scripts/lab/conformance/judge.ts';
import { PROBES } from '../../scripts/lab/conformance/probes.ts';

/** Callees of several versions are tried on loopback; test/cluster/shift.test.ts tries the mesh's weights. */
const PLAYED = PROBES.filter(({ versions }) => !versions);

let cluster: ProbeCluster;
beforeAll(async () => {
  cluster = await ProbeCluster.open(() => {});
});
afterAll(() => cluster?.close());

describe.each(['mesh', 'proxyless'] as const)(
  'what the differences say of a field is what is seen of %s',
  (layer) => {
    const played = PLAYED.filter(
      (probe) => layer === 'mesh' || differenceOf(layer, probe.field).kind === 'exact',
    );
    test.each(played.map((probe) => [probe.field, probe] as const))('%s', async (_, probe) => {
      const { seen, claim, holds } = judge(probe, layer, await runInCluster(probe, layer, cluster));
      expect({ seen, claim, holds }).toMatchObject({ holds: true });
    });
  },
);
