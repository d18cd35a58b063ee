import { parseOptions } from './process/parse-options.ts';
import { runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

parseOptions(
  `npm run format

Formats every file in place, and applies the safe fixes of the linter.
`,
  {},
);
await runVerb(async () => (await runTool('biome', ['check', '--write', '.'], { inherit: true })).code);
