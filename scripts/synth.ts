import { runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

/** A synthesis is over before a collection of a young generation this large, in MiB, would pay. */
const YOUNG_GENERATION = '--min-semi-space-size=16';

/** Options are those of charts/main.ts, `--help` among them. */
const words = [YOUNG_GENERATION, 'charts/main.ts', ...process.argv.slice(2)];
await runVerb(async () => (await runTool('node', words, { inherit: true })).code);
