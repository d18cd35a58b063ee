import { kindClusters } from './operate/cluster/kind-clusters.ts';
import { CLUSTER } from './operate/cluster/kubectl.ts';
import { parseOptions } from './process/parse-options.ts';
import { runProgram } from './process/run-program.ts';
import { runVerb } from './process/run-verb.ts';

parseOptions(
  `npm run kind:down

Deletes the cluster '${CLUSTER}' that npm run kind:up has made, with all its data. Images stay.
`,
  {},
);

await runVerb(async () => {
  const there = (await kindClusters()).includes(CLUSTER);
  if (there) await runProgram('kind', ['delete', 'cluster', '--name', CLUSTER]);
  process.stderr.write(there ? `cluster ${CLUSTER} is deleted\n` : `there is no cluster ${CLUSTER}\n`);
});
