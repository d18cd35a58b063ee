import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { failureOf } from '../../mesh/report/failure.ts';
import { reportFailure } from '../../mesh/report/report-failure.ts';

type Values<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** The end of every help text: how every verb reports errors. */
const VERBOSE_HELP = `
--verbose also prints the stack of an error. With --json, an error is also a line {"error":{"message":...}} on standard
output.
`;

/** Options of every verb. They are read where errors are reported, so verbs do not receive their values. */
const COMMON = { verbose: { type: 'boolean' } } as const;

/** The options of a verb. Prints `help` and ends for `--help`; ends with code 2 for an option that is wrong. */
export function parseOptions<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
): Values<T> {
  return parse(help, options, args, false).values;
}

/** The options of a verb, and the words beside them. */
export function parseWords<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
): { readonly values: Values<T>; readonly words: readonly string[] } {
  return parse(help, options, args, true);
}

function parse<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[],
  allowPositionals: boolean,
): { readonly values: Values<T>; readonly words: readonly string[] } {
  const whole = help + VERBOSE_HELP;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(whole);
    process.exit(0);
  }
  try {
    const config = { args: [...args], options: { ...options, ...COMMON }, allowPositionals };
    const { values, positionals } = parseArgs(config);
    return { values: values as Values<T>, words: positionals };
  } catch (error) {
    reportFailure(failureOf(error));
    process.stderr.write(`\n${whole}`);
    process.exit(2);
  }
}
