// Process that renders the same objects as cdk8s.ts with this library and runs all checks.
import { App } from 'cdk8s';
import { checkGraph } from '../../../../mesh/check/check-graph.ts';
import { checkManifests } from '../../../../mesh/check/check-manifests.ts';
import { formatProblems } from '../../../../mesh/check/format-problems.ts';
import { resolveManifests } from '../../../../mesh/render/resolve-manifests.ts';
import { writeManifests } from '../../../../mesh/render/write-manifests.ts';
import { addServices } from './objects.ts';
import { parseArguments } from './parse-arguments.ts';

const { outdir, services, shape } = parseArguments();
const app = new App({ outdir });
const platform = await addServices(app, services, shape);
const manifests = resolveManifests(app);
const problems = [...(platform ? checkGraph(platform) : []), ...checkManifests(manifests)];
if (problems.length > 0) throw new Error(formatProblems(problems));
writeManifests(manifests, outdir);
