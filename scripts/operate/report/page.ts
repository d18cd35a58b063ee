import { escapeText } from './escape-text.ts';
import { STYLE } from './style.ts';

export interface ReportPageProps {
  readonly title: string;
  /** Creation time, a UTC instant in ISO 8601. */
  readonly createdAt: string;
  /** Facts about the run, for the line below the title. */
  readonly provenance: readonly string[];
  /** Style sheet of this page, which follows the shared one. */
  readonly style: string;
  /** HTML below the provenance line. */
  readonly body: string;
}

/** Renders a self-contained HTML page without scripts, for light and dark screens and for print. */
export function reportPage({ title, createdAt, provenance, style, body }: ReportPageProps): string {
  const time = createdAt.replace('T', ' ').replace(/(:\d\d)(?:\.\d+)?Z$/, '$1 UTC');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<style>${STYLE}${style}
</style>
</head>
<body>
<main>
<h1>${escapeText(title)}</h1>
<p class="provenance">${escapeText([time, ...provenance].join(' · '))}</p>
${body}
</main>
</body>
</html>
`;
}

/** Renders the outcome of a run. @param html one sentence */
export function verdict(html: string, passed: boolean): string {
  return `<p class="verdict${passed ? '' : ' failed'}">${html}</p>`;
}
