import { html } from '../../kit/edge/html.ts';
import { EDGE_ERRORS, type EdgeErrorCode } from '../errors.ts';
import { page } from './page.ts';

/** Returns the page that explains an error code. */
export function problemPage(code: EdgeErrorCode): string {
  const { title, http, message } = EDGE_ERRORS[code];
  return page(
    `${title} · Weft`,
    html`<main class="narrow">
<p><a href="/docs">Weft</a></p>
<h1>${title}</h1>
<p class="lead">${message}</p>
<dl>
<dt>Status</dt><dd>${http}</dd>
<dt>Code</dt><dd><code>${code}</code></dd>
</dl>
<p>The field <code>detail</code> of the response describes the error. The field <code>requestId</code> identifies the request in the logs.</p>
</main>`,
  );
}
