import { styleText } from 'node:util';
import { z } from 'zod';
import { tryParseJson } from './process/read-json.ts';

/** Receives the output of a run. */
export interface Reporter {
  /** Reports a line that a process wrote: a JSON log entry or plain text. */
  line(name: string, line: string): void;
  /** Reports progress. */
  note(name: string, text: string): void;
  /** Reports a problem that the user should see. */
  problem(name: string, text: string): void;
}

type Style = Parameters<typeof styleText>[0];

const COLORS: readonly Style[] = ['cyan', 'green', 'magenta', 'blue', 'yellow', 'cyanBright', 'greenBright'];
const LEVELS: Readonly<Record<string, Style>> = { warn: 'yellow', error: 'red', debug: 'dim' };
const NAME_WIDTH = 12;

/** Creates a reporter that writes to `stream`, in color if that is a terminal and NO_COLOR is not set. */
export function createReporter(stream: NodeJS.WriteStream): Reporter {
  const colors = new Map<string, Style>();
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const write = (name: string, text: string, style?: Style) => {
    const color = colors.get(name) ?? COLORS[colors.size % COLORS.length] ?? 'cyan';
    colors.set(name, color);
    const head = `${paint('dim', new Date().toTimeString().slice(0, 8))} ${paint(color, name.padEnd(NAME_WIDTH))} `;
    for (const line of text.split('\n')) stream.write(`${head}${style ? paint(style, line) : line}\n`);
  };
  return {
    line(name, line) {
      const { text, level } = formatLogLine(line);
      write(name, text, LEVELS[level]);
    },
    note: (name, text) => write(name, text, 'bold'),
    problem: (name, text) => write(name, text, 'red'),
  };
}

/** Formats a JSON log entry as its message and fields. Returns any other line unchanged. */
export function formatLogLine(line: string): { readonly text: string; readonly level: string } {
  const entry = parse(line);
  if (!entry) return { text: line, level: 'info' };
  const { time: _time, level, message, service: _service, ...fields } = entry;
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${valueText(value)}`);
  return { text: [message, ...pairs].join(' '), level: String(level) };
}

const ENTRY = z.looseObject({ message: z.string() });

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  return line.startsWith('{') ? ENTRY.safeParse(tryParseJson(line)).data : undefined;
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return /\s/.test(value) ? JSON.stringify(value) : value;
  const stack = (value as { stack?: unknown } | null)?.stack;
  return typeof stack === 'string' ? `\n${stack}` : JSON.stringify(value);
}
