import { runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

/** Size of a semi-space in MiB. A synthesis ends before V8 collects a young generation of this size. */
const YOUNG_GENERATION = '--min-semi-space-size=16';

/** All options, including `--help`, are those of charts/main.ts. */
const words = [YOUNG_GENERATION, 'charts/main.ts', ...process.argv.slice(2)];
await runVerb(async () => (await runTool('node', words, { inherit: true })).code);
