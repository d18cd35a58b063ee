import { styleText } from 'node:util';
import { failureOf } from '../mesh/report/failure.ts';
import { failureText } from '../mesh/report/report-failure.ts';
import { runFileReferenceRule } from './check/file-references.ts';
import { runCircleRule } from './check/import-circles.ts';
import { runImportRule } from './check/import-rule.ts';
import { runQueryRule } from './check/queries.ts';
import { runTypeNameRule } from './check/type-names.ts';
import { runVerbRule } from './check/verb-rule.ts';
import { runWordRule } from './check/word-rule.ts';
import { checkEventBodies } from './generate/proto/recorded-event-bodies.ts';
import { parseOptions } from './process/parse-options.ts';
import { runTool } from './process/run-tool.ts';
import { runVerb } from './process/run-verb.ts';

parseOptions(
  `npm run check

Checks types, lint, format, import boundaries and circles, references to files, how commands read JSON and report
errors, banned words, that exported types have unique names, that the queries of dashboards and alerts select series
that exist, and that generated code and docs are up to date. Runs all steps, and exits with code 1 if any step fails.
`,
  {},
);

/** Resolves with the problems; empty if the step passes. */
type Step = () => Promise<string>;

const STEPS: Readonly<Record<string, Step>> = {
  types: tool('tsc', '--project', '.'),
  'types of the dashboard page': tool('tsc', '--project', 'scripts/operate/dashboards/browser'),
  'types of the live page': tool('tsc', '--project', 'mesh/run/dashboard/browser'),
  'types of the storefront scripts': tool('tsc', '--project', 'services/web/browser'),
  'types of the flame graph page': tool('tsc', '--project', 'scripts/operate/profile/browser'),
  'lint and format': tool('biome', 'check', '--error-on-warnings', '--max-diagnostics=none', '.'),
  'import rule': async () => (await runImportRule()).join('\n'),
  'import circles': async () => (await runCircleRule()).join('\n'),
  'file references': async () => (await runFileReferenceRule()).join('\n'),
  'verb rule': async () => (await runVerbRule()).join('\n'),
  words: async () => (await runWordRule()).join('\n'),
  'type names': async () => (await runTypeNameRule()).join('\n'),
  queries: async () => (await runQueryRule()).join('\n'),
  'proto lint': proto('lint'),
  'proto breaking changes': proto('breaking', '--against', 'baseline.binpb'),
  'event bodies': checkEventBodies,
  'proto code is up to date': tool('node', 'scripts/proto.ts', '--check'),
  'imports are up to date': tool('node', 'scripts/imports.ts', '--check'),
  'docs are up to date': tool('node', 'scripts/docs.ts', '--check'),
};

await runVerb(runSteps);

async function runSteps(): Promise<number> {
  const failed: string[] = [];
  for (const [name, step] of Object.entries(STEPS)) {
    const start = performance.now();
    const problems = await step().catch((error) => failureText(failureOf(error)).trimEnd());
    const seconds = `${((performance.now() - start) / 1_000).toFixed(1)} s`;
    if (problems) failed.push(name);
    const verdict = problems ? styleText('red', 'FAILED') : styleText('green', 'ok    ');
    console.log(
      `${verdict} ${name.padEnd(24)} ${seconds}${problems ? `\n${problems.replace(/^/gm, '  ')}` : ''}`,
    );
  }
  const passed = Object.keys(STEPS).length - failed.length;
  console.log(
    `\ncheck: ${passed} passed, ${failed.length} failed${failed.length ? `: ${failed.join(', ')}` : ''}`,
  );
  return failed.length ? 1 : 0;
}

function tool(name: string, ...args: readonly string[]): Step {
  return toolStep(name, args);
}

function proto(...args: readonly string[]): Step {
  return toolStep('buf', args, 'services/proto');
}

function toolStep(name: string, args: readonly string[], cwd?: string): Step {
  return async () => {
    const { code, output } = await runTool(name, args, cwd ? { cwd } : {});
    return code === 0 ? '' : output.trimEnd() || `${name} exited with ${code}`;
  };
}
