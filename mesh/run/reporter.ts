import { styleText } from 'node:util';
import { z } from 'zod';
import { tryParseJson } from './process/read-json.ts';

/** What a run tells its user, as lines of text. */
export interface Reporter {
  /** A line that a process wrote: JSON of a service's log, or plain text. */
  line(name: string, line: string): void;
  /** Progress. */
  note(name: string, text: string): void;
  /** Something that the user should know of. */
  problem(name: string, text: string): void;
}

type Style = Parameters<typeof styleText>[0];

const COLOURS: readonly Style[] = ['cyan', 'green', 'magenta', 'blue', 'yellow', 'cyanBright', 'greenBright'];
const LEVELS: Readonly<Record<string, Style>> = { warn: 'yellow', error: 'red', debug: 'dim' };
const WIDTH = 12;

/** Writes to `stream`; in colour where it is a terminal and NO_COLOR is not set. */
export function createReporter(stream: NodeJS.WriteStream): Reporter {
  const colours = new Map<string, Style>();
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const write = (name: string, text: string, style?: Style) => {
    const colour = colours.get(name) ?? COLOURS[colours.size % COLOURS.length] ?? 'cyan';
    colours.set(name, colour);
    const head = `${paint('dim', new Date().toTimeString().slice(0, 8))} ${paint(colour, name.padEnd(WIDTH))} `;
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

/** A line of a service's log as text: the message, then its fields; other lines as they are. */
export function formatLogLine(line: string): { readonly text: string; readonly level: string } {
  const entry = parse(line);
  if (!entry) return { text: line, level: 'info' };
  const { time: _time, level, message, service: _service, ...fields } = entry;
  const words = Object.entries(fields).map(([key, value]) => `${key}=${valueText(value)}`);
  return { text: [message, ...words].join(' '), level: String(level) };
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
