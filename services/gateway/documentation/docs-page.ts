import { type Html, html, prose } from '../../kit/edge/html.ts';
import { curl } from './curl.ts';
import type { OpenApiDocument, Operation, Parameter, ResponseObject } from './openapi-document.ts';
import { page } from './page.ts';
import { fields, typeOf } from './schema-fields.ts';

interface Entry {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** Returns the API documentation as HTML, with a command to try each operation. */
export function docsPage(document: OpenApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
  );
  const groups = document.tags.map(({ name }) => ({
    name,
    entries: entries.filter(({ operation }) => operation.tags.includes(name)),
  }));
  return page(
    `${document.info.title}: HTTP API`,
    html`<div class="layout">
<nav>
<a class="brand" href="#top">${document.info.title}</a>
${groups.map(({ name, entries }) => html`<h3>${name}</h3><ul>${entries.map(link)}</ul>`)}
</nav>
<main id="top">
<h1>HTTP API</h1>
<p class="lead">${document.info.description}</p>
<p>An OpenAPI document is at <a href="/openapi.json">/openapi.json</a>. Before you run the commands on this page, set
<code>WEFT</code> to the URL of the shop, such as <code>http://127.0.0.1:8080</code>, and <code>TOKEN</code> to the
<code>accessToken</code> of a session.</p>
${groups.map(
  ({ name, entries }) =>
    html`<section><h2>${name}</h2>${entries.map((entry) => operationCard(entry, document))}</section>`,
)}
</main>
</div>`,
  );
}

function link({ operation }: Entry): Html {
  return html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>`;
}

function operationCard({ method, path, operation }: Entry, document: OpenApiDocument): Html {
  const body = Object.entries(operation.requestBody?.content ?? {});
  return html`<article class="operation" id="${operation.operationId}">
<h3>${operation.summary}</h3>
<p class="signature"><span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code>${accessOf(operation)}</p>
${operation.description ? html`<p>${prose(operation.description)}</p>` : html``}
${parameterTable(operation.parameters)}
${body.map(([type, media]) => bodyTable('Body', type, media['x-item-schema'] ?? media.schema, document))}
${Object.entries(operation.responses).map(([status, response]) => answer(status, response, document))}
<pre><code>${curl(method, path, operation, document)}</code></pre>
${problems(operation)}
</article>`;
}

function accessOf({ security }: Operation): Html {
  const role = security[0]?.token?.[0];
  if (role) return html`<span class="access">token with role ${role}</span>`;
  return security.length > 0 ? html`<span class="access">token</span>` : html``;
}

function parameterTable(parameters: readonly Parameter[]): Html {
  if (parameters.length === 0) return html``;
  const rows = parameters.map(
    ({ name, in: place, required, description = '', schema }) => html`<tr>
<td><code>${name}</code></td>
<td><span class="type">${place}, ${typeOf(schema)}${required ? '' : ', optional'}</span> ${prose(description)}</td>
</tr>`,
  );
  return html`<h4>Parameters</h4><table>${rows}</table>`;
}

function bodyTable(
  title: string,
  type: string,
  schema: Parameter['schema'],
  document: OpenApiDocument,
): Html {
  const rows = fields(schema, document).map(
    (field) => html`<tr>
<td><code>${field.path}</code></td>
<td><span class="type">${field.type}${field.required ? '' : ', optional'}</span> ${prose(field.description)}</td>
</tr>`,
  );
  return html`<h4>${title} (${type})</h4><table>${rows}</table>`;
}

function answer(status: string, response: ResponseObject, document: OpenApiDocument): Html {
  if (response['x-problems']) return html``;
  const [content] = Object.entries(response.content ?? {});
  if (!content) return html``;
  const [type, media] = content;
  return bodyTable(`Response ${status}`, type, media['x-item-schema'] ?? media.schema, document);
}

function problems({ responses }: Operation): Html {
  const rows = Object.entries(responses).flatMap(([status, response]) =>
    (response['x-problems'] ?? []).map(
      (code) => html`<tr><td>${status}</td><td><a href="/problems/${code}">${code}</a></td></tr>`,
    ),
  );
  return html`<details><summary>Errors</summary><table>${rows}</table></details>`;
}
