import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { failureOf } from '../../mesh/report/failure.ts';
import { reportFailure } from '../../mesh/report/report-failure.ts';

type Values<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** The end of every help text, about the reporting of errors. */
const VERBOSE_HELP = `
--verbose adds the stack to error messages. With --json, errors are also printed to standard output, as one line
{"error":{"message":...}}.
`;

/** Options of every verb. Only the error reporter reads them. */
const COMMON = { verbose: { type: 'boolean' } } as const;

/** Parses the options of a verb. Exits after printing `help` for `--help`, and with code 2 for an invalid option. */
export function parseOptions<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
): Values<T> {
  return parse(help, options, args, false).values;
}

/** Parses the options and the positional arguments of a verb, like `parseOptions`. */
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
  const fullHelp = help + VERBOSE_HELP;
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(fullHelp);
    process.exit(0);
  }
  try {
    const config = { args: [...args], options: { ...options, ...COMMON }, allowPositionals };
    const { values, positionals } = parseArgs(config);
    return { values: values as Values<T>, words: positionals };
  } catch (error) {
    reportFailure(failureOf(error));
    process.stderr.write(`\n${fullHelp}`);
    process.exit(2);
  }
}
