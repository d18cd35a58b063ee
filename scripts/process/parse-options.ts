import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

type Values<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** The options of a verb. Prints `help` and ends for `--help`; ends with code 2 for an option that is wrong. */
export function parseOptions<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
): Values<T> {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}
