import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../process/run-tool.ts';

/** Files that may parse JSON without a schema, and why. */
const EXEMPT: Readonly<Record<string, string>> = {
  'mesh/run/process/read-json.ts': 'is the reader',
  'mesh/run/postgres/binaries.ts': 'reads files of a package of a fixed version',
  'scripts/lab/conformance/in-pod/answer-lines.ts': 'runs in a pod without scripts/process',
};

const PARSE = /\bJSON\.parse\b|\.json\(\)/;
const COMMENT = /^\s*(?:\/\/|\/?\*).*/;

/**
 * Returns a line for each place of a file in scripts/ or mesh/run/ that reads JSON past the reader, and for a verb that does not
 * report its errors as all verbs do.
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
    ...(isReported ? [] : [`${file}:1: a verb runs in runVerb of scripts/process/run-verb.ts`]),
    ...(isExempt && parses.length === 0
      ? [`${file}:1: does not need its exemption in scripts/check/verb-rule.ts; remove it`]
      : []),
    ...(isExempt
      ? []
      : parses.map((place) => `${place}: JSON is read by readJson of mesh/run/process/read-json.ts`)),
  ];
}

/** Checks every TypeScript file of scripts/ and mesh/run/. */
export async function runVerbRule(): Promise<readonly string[]> {
  const violations = ['mesh/run', 'scripts'].map(async (folder) => {
    const names = await readdir(join(ROOT, folder), { recursive: true });
    const files = names.filter((name) => name.endsWith('.ts')).map((name) => `${folder}/${name}`);
    const each = files
      .sort()
      .map(async (file) => verbViolations(file, await readFile(join(ROOT, file), 'utf8')));
    return (await Promise.all(each)).flat();
  });
  return (await Promise.all(violations)).flat();
}
