import { runTool } from './process/run-tool.ts';

/** Options are those of charts/main.ts, `--help` among them. */
const { code } = await runTool('node', ['charts/main.ts', ...process.argv.slice(2)], { inherit: true });
process.exitCode = code;
