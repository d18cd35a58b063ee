/** A simple directive without its semicolon, a comment that starts with `#`, an empty line, or a block directive. */
export type NginxLine = string | NginxBlock;

export interface NginxBlock {
  /** The directive before its brace. */
  readonly head: string;
  readonly lines: readonly NginxLine[];
}

export function block(head: string, lines: readonly NginxLine[]): NginxBlock {
  return { head, lines };
}

/** Formats lines as the text of a configuration. A block with one simple directive is written on one line. */
export function formatLines(lines: readonly NginxLine[], indent = ''): string {
  return lines.map((line) => formatLine(line, indent)).join('');
}

function formatLine(line: NginxLine, indent: string): string {
  if (line === '') return '\n';
  if (typeof line === 'string') return `${indent}${line}${line.startsWith('#') ? '' : ';'}\n`;
  const { head, lines } = line;
  const [only, ...others] = lines;
  if (head.startsWith('if ') && typeof only === 'string' && others.length === 0) {
    return `${indent}${head} { ${only}; }\n`;
  }
  return `${indent}${head} {\n${formatLines(lines, `${indent}    `)}${indent}}\n`;
}

/** Quotes a parameter. nginx reads `\\` and `\"` as one character each, and expands variables in some directives. */
export function quoted(text: string): string {
  return `"${text.replaceAll(/[\\"]/g, '\\$&')}"`;
}
