import { readSourceFiles } from './source-files.ts';

/** Files that may parse JSON without a schema, each with the reason. */
const EXEMPT: Readonly<Record<string, string>> = {
  'mesh/run/process/read-json.ts': 'implements the reader',
  'mesh/run/dashboard/store/own-json.ts': 'reads what the dashboard itself wrote',
  'mesh/run/dashboard/server/ingest.ts':
    'reads a thousand spans per second; mesh/run/dashboard/otlp validates the fields that the dashboard uses',
  'mesh/run/postgres/binaries.ts': 'reads files of a package of a fixed version',
  'scripts/operate/dashboards/browser/read-dashboards.ts':
    'runs in a browser, and reads what its own server wrote',
  'mesh/run/dashboard/browser/state/api.ts': 'runs in a browser, and reads what its own server wrote',
  'mesh/run/dashboard/browser/state/live-connection.ts':
    'runs in a browser, and reads what its own server wrote',
  'scripts/operate/profile/browser/main.ts': 'runs in a browser, and reads data of its own page',
  'scripts/lab/conformance/in-pod/answer-lines.ts': 'runs in a pod without scripts/process',
};

const PARSE = /\bJSON\.parse\b|\.json\(\)/;
const COMMENT = /^\s*(?:\/\/|\/?\*).*/;

/**
 * Checks a file in scripts/ or mesh/run/. Returns a line for each place that parses JSON without a schema, and a line
 * for a verb that does not report its errors through `runVerb`.
 *
 * @param file its path from the root of the checkout, with slashes
 */
export function verbViolations(file: string, source: string): readonly string[] {
  const parses = source
    .split('\n')
    .flatMap((line, index) => (PARSE.test(line.replace(COMMENT, '')) ? [`${file}:${index + 1}`] : []));
  const isVerb = /^scripts\/[\w-]+\.ts$/.test(file);
  const isReported = !isVerb || /\bawait runVerb\(/.test(source);
  const isExempt = Object.hasOwn(EXEMPT, file);
  return [
    ...(isReported ? [] : [`${file}:1: a verb must run in runVerb of scripts/process/run-verb.ts`]),
    ...(isExempt && parses.length === 0
      ? [`${file}:1: does not parse JSON; remove its exemption in scripts/check/verb-rule.ts`]
      : []),
    ...(isExempt
      ? []
      : parses.map(
          (place) => `${place}: parses JSON without a schema; use readJson of mesh/run/process/read-json.ts`,
        )),
  ];
}

/** Checks every TypeScript file of scripts/ and mesh/run/. Returns a line per violation. */
export async function runVerbRule(): Promise<readonly string[]> {
  const files = await readSourceFiles(['mesh/run', 'scripts']);
  return files.flatMap(({ path, text }) => verbViolations(path, text));
}
