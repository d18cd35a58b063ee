import { runTool } from './process/run-tool.ts';

/** A synthesis is over before a collection of a young generation this large, in MiB, would pay. */
const YOUNG = '--min-semi-space-size=16';

/** Options are those of charts/main.ts, `--help` among them. */
const { code } = await runTool('node', [YOUNG, 'charts/main.ts', ...process.argv.slice(2)], {
  inherit: true,
});
process.exitCode = code;
