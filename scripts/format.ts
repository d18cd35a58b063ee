import { parseOptions } from './process/parse-options.ts';
import { runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

parseOptions(
  `npm run format

Formats every file in place, and mends what the linter can mend without changing what it does.
`,
  {},
);
await runVerb(async () => (await runTool('biome', ['check', '--write', '.'], { inherit: true })).code);
