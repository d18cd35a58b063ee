import { formatLogLine } from '../../../mesh/run/reporter.ts';

/** Messages that a service logs before it exits because of an error that nothing caught (services/kit/service.ts). */
const CRASH_MESSAGES = ['uncaught exception', 'unhandled rejection'];

/** Returns the readable text of a log line that reports a crash; undefined for any other line. */
export function parseCrash(name: string, line: string): string | undefined {
  const { text } = formatLogLine(line);
  if (!CRASH_MESSAGES.some((message) => text.startsWith(message))) return undefined;
  return `${name}: ${text.replaceAll(/\s+/g, ' ')}`;
}
