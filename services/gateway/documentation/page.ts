import { createHash } from 'node:crypto';
import { Html, html } from '../../kit/edge/html.ts';
import { STYLE } from './style.ts';

/** Returns a whole HTML page with inline style. */
export function page(title: string, body: Html): string {
  const style = new Html(STYLE);
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
${body}
</body>
</html>
`.text;
}

/** Headers of a page, whose policy allows only its own style. */
export const PAGE_HEADERS = {
  'cache-control': 'public, max-age=60',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'`,
} as const;
