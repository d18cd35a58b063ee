/** Maximum length of an argument in a message, in characters. Some arguments are whole scripts. */
const MAX_ARGUMENT_LENGTH = 120;

const SECRET_NAME = '(?:pass(?:word|wd|phrase)?|secret|token|credentials?|api-?key)';
/** `--password=x`, `--env=RABBITMQ_DEFAULT_PASS=x`. */
const ASSIGNMENT = new RegExp(`(${SECRET_NAME}[\\w-]*=).+`, 'is');
/** `--password x`. */
const OPTION = new RegExp(`^--?[\\w-]*${SECRET_NAME}$`, 'i');
/** `amqp://user:x@host`. */
const USER_INFO = /(\b[a-z][\w+.-]*:\/\/[^\s/:@]*:)[^\s/@]+@/gi;

/**
 * Formats a command for messages, quoted for a shell. Values of arguments with a secret's name are replaced by `***`,
 * and arguments are cut after 120 characters.
 */
export function formatCommand(program: string, args: readonly string[]): string {
  const words = args.map((arg, index) => (OPTION.test(args[index - 1] ?? '') ? '***' : withoutSecrets(arg)));
  return [program, ...words].map(quoted).join(' ');
}

function withoutSecrets(arg: string): string {
  return arg.replace(ASSIGNMENT, '$1***').replace(USER_INFO, '$1***@');
}

function quoted(arg: string): string {
  const line = arg.replaceAll(/\s+/g, ' ');
  const short = line.length > MAX_ARGUMENT_LENGTH ? `${line.slice(0, MAX_ARGUMENT_LENGTH)}...` : line;
  return /^[\w@%+=:,./*{}[\]\\-]+$/.test(short) ? short : `'${short.replaceAll("'", "'\\''")}'`;
}
