import { formatLogLine } from '../../../mesh/run/reporter.ts';

/** What a service says last when an error that nobody caught ends it (services/kit/service.ts). */
const LAST_WORDS = ['uncaught exception', 'unhandled rejection'];

/** Whether a line of a service's log tells of such an end: the line in words, or undefined. */
export function crashOf(name: string, line: string): string | undefined {
  const { text } = formatLogLine(line);
  if (!LAST_WORDS.some((words) => text.startsWith(words))) return undefined;
  return `${name}: ${text.replaceAll(/\s+/g, ' ')}`;
}
