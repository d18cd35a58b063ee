import type { ConsoleLine } from '../../api/views.ts';

/** Maximum number of lines that the page keeps. */
export const MAX_CONSOLE_LINES = 5_000;

/**
 * Returns the newest lines after new ones were added. Lines that are already present are ignored, because the server
 * sends recent lines again after a reconnect. A sequence that starts again, after a restart of the server, replaces
 * all lines.
 */
export function appendLines(
  lines: readonly ConsoleLine[],
  more: readonly ConsoleLine[],
): readonly ConsoleLine[] {
  if (more.length === 0) return lines;
  const latest = lines.at(-1);
  const isRestart = latest !== undefined && more.every(({ sequence }) => sequence <= latest.sequence);
  if (isRestart && more.some((line) => !hasLine(lines, line))) return more.slice(-MAX_CONSOLE_LINES);
  const added = latest ? more.filter(({ sequence }) => sequence > latest.sequence) : more;
  return added.length ? [...lines, ...added].slice(-MAX_CONSOLE_LINES) : lines;
}

function hasLine(lines: readonly ConsoleLine[], { sequence, time, text }: ConsoleLine): boolean {
  const [first] = lines;
  if (first && sequence < first.sequence) return true;
  return lines.some((line) => line.sequence === sequence && line.time === time && line.text === text);
}
