import { listKindClusters } from './operate/cluster/kind-clusters.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { parseOptions } from './process/parse-options.ts';
import { runProgram } from './process/run-program.ts';
import { runVerb } from './process/run-verb.ts';

parseOptions(
  `npm run kind:down

Deletes the cluster '${CLUSTER}' of npm run kind:up with all its data. Images are kept.
`,
  {},
);

await runVerb(async () => {
  const exists = (await listKindClusters()).includes(CLUSTER);
  if (exists) await runProgram('kind', ['delete', 'cluster', '--name', CLUSTER]);
  process.stderr.write(exists ? `deleted cluster ${CLUSTER}\n` : `cluster ${CLUSTER} does not exist\n`);
});
