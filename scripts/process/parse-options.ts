import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

type Values<T extends ParseArgsOptionsConfig> = ReturnType<typeof parseArgs<{ options: T }>>['values'];

/** The options of a verb. Prints `help` and ends for `--help`; ends with code 2 for an option that is wrong. */
export function parseOptions<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
): Values<T> {
  return orHelp(help, args, () => parseArgs({ args: [...args], options }).values);
}

/** The options of a verb, and the words beside them. */
export function parseWords<T extends ParseArgsOptionsConfig>(
  help: string,
  options: T,
  args: readonly string[] = process.argv.slice(2),
): { readonly values: Values<T>; readonly words: readonly string[] } {
  return orHelp(help, args, () => {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    return { values: values as Values<T>, words: positionals };
  });
}

function orHelp<T>(help: string, args: readonly string[], parse: () => T): T {
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(help);
    process.exit(0);
  }
  try {
    return parse();
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n\n${help}`);
    process.exit(2);
  }
}
