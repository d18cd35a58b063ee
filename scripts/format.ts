import { parseOptions } from './process/parse-options.ts';
import { runTool } from './process/run-tool.ts';

parseOptions(
  `npm run format

Formats every file in place, and mends what the linter can mend without changing what it does.
`,
  {},
);
const { code } = await runTool('biome', ['check', '--write', '.'], { inherit: true });
process.exitCode = code;
