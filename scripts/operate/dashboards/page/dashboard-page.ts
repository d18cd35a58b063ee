import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Dashboard } from '../../../../mesh/compile/dashboards/panel.ts';
import { bundleBrowser } from '../../../../mesh/run/dashboard/page/bundle-browser.ts';
import { escapeText } from '../../report/escape-text.ts';
import { STYLE as REPORT_STYLE } from '../../report/style.ts';
import { STYLE } from './style.ts';

export interface DashboardPageOptions {
  readonly dashboards: readonly Dashboard[];
  /** Where the values come from, for the line below the title. */
  readonly provenance: readonly string[];
}

/** A self-contained page: it loads nothing but the values of its panels. */
export interface DashboardPage {
  readonly html: string;
  /** Headers with the content security policy, which allows the scripts of this page only. */
  readonly headers: Readonly<Record<string, string>>;
}

const RANGES = {
  900: '15 minutes',
  3600: '1 hour',
  10800: '3 hours',
  21600: '6 hours',
  86400: '24 hours',
  604800: '7 days',
  2592000: '30 days',
};
const REFRESHES = { 0: 'off', 10: '10 s', 30: '30 s', 60: '1 min' };
const DEFAULT_REFRESH = '30';

/** Renders the page of dashboards with its scripts and styles. */
export async function dashboardPage({
  dashboards,
  provenance,
}: DashboardPageOptions): Promise<DashboardPage> {
  const bundle = await bundleBrowser(fileURLToPath(new URL('../browser/main.ts', import.meta.url)));
  const script = bundle.script.replaceAll('</script', '<\\/script');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Dashboards</title>
<link rel="icon" href="data:,">
<style>${REPORT_STYLE}${bundle.style}${STYLE}
</style>
</head>
<body>
<a class="skip" href="#main">Skip to the panels</a>
<header class="bar">
<p class="provenance">${escapeText(provenance.join(' · '))}</p>
${controls()}
</header>
<div class="columns">
<nav aria-label="Dashboards"><ul>
${dashboards.map(({ id, title }) => `<li><a data-dashboard="${escapeText(id)}" href="#${escapeText(id)}">${escapeText(title)}</a></li>`).join('\n')}
</ul></nav>
<main id="main" tabindex="-1"></main>
</div>
<script type="application/json" id="dashboards">${JSON.stringify(dashboards).replaceAll('<', '\\u003c')}</script>
<script>${script}</script>
</body>
</html>
`;
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = [
    "default-src 'none'",
    `script-src 'sha256-${hash}'`,
    "style-src 'unsafe-inline'",
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return { html, headers: { 'content-security-policy': policy.join('; ') } };
}

function controls(): string {
  const options = (choices: Readonly<Record<string, string>>, selected: string, prefix = '') =>
    Object.entries(choices)
      .map(
        ([value, text]) =>
          `<option value="${value}"${value === selected ? ' selected' : ''}>${prefix}${text}</option>`,
      )
      .join('');
  return `<div class="controls">
<label>Time range <select id="range">${options(RANGES, '3600', 'last ')}<option value="custom">from … to …</option></select></label>
<form id="span" hidden>
<label>From <input type="datetime-local" id="start" required></label>
<label>To <input type="datetime-local" id="end" required></label>
<button>Show</button>
</form>
<label>Refresh <select id="refresh">${options(REFRESHES, DEFAULT_REFRESH)}</select></label>
<button type="button" id="reload">Refresh now</button>
<button type="button" id="theme">Theme</button>
<span id="updated" class="provenance" role="status"></span>
</div>`;
}
