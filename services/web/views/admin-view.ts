import { type Html, html } from '../../kit/edge/html.ts';
import type { Product } from '../../proto/gen/weft/product/v1/product.ts';
import { CURRENCIES, MAX_STOCK, PRODUCT_DESCRIPTION, PRODUCT_NAME } from '../../proto/limits.ts';
import type { Visitor } from '../http/visit.ts';
import { formField } from './form-field.ts';
import { type FormProblem, notice, problemNotice } from './form-problem.ts';
import type { PageFrame } from './page-frame.ts';

export interface AdminContent {
  readonly products: readonly Product[];
  readonly query: string;
  readonly nextCursor: string;
  /** Confirmation of the last action. @default none */
  readonly message?: string | undefined;
  /** Problem of the form that was sent. */
  readonly problem?:
    | { readonly form: 'create' | 'stock' | 'import'; readonly problem: FormProblem }
    | undefined;
  /** Fields of the form that was sent, which it shows again. @default empty */
  readonly fields?: Readonly<Record<string, string>>;
}

const EXAMPLE =
  '{"name":"Linen scarf","description":"Woven in Ghent.","price":{"amount":3900,"currency":"EUR"},"stock":12}';

/** Returns the page with which an admin creates and imports products and sets their stock. */
export function adminView(frame: PageFrame, visitor: Visitor, content: AdminContent): Html {
  const { message, problem } = content;
  return frame(
    {
      title: 'Manage products',
      scripts: ['import.js'],
      main: html`<h1>Manage products</h1>
${message && notice('success', message)}
${problem?.form === 'stock' && problemNotice(problem.problem)}
${stockSection(visitor, content)}
<div class="two-columns even">
${createSection(content)}
${importSection(content)}
</div>`,
    },
    visitor,
  );
}

function stockSection({ formats }: Visitor, { products, query, nextCursor }: AdminContent): Html {
  return html`<section aria-labelledby="stock-heading">
<div class="section-head"><h2 id="stock-heading">Stock</h2>
<form class="inline-form" action="/admin" method="get"><label class="visually-hidden" for="filter">Filter products</label><input id="filter" type="search" name="q" value="${query}" maxlength="200" placeholder="Filter products"><button class="button secondary" type="submit">Filter</button></form></div>
<div class="table-frame" role="group" aria-labelledby="stock-heading" tabindex="0"><table>
<thead><tr><th scope="col">Product</th><th scope="col" class="number">Price</th><th scope="col">Units in stock</th></tr></thead>
<tbody>${products.map(
    ({ id, name, price, stock }) => html`<tr>
<th scope="row"><a href="/products/${id}">${name}</a></th>
<td class="number">${formats.money(price)}</td>
<td><form class="inline-form" action="/admin/products/${id}/stock" method="post"><label class="visually-hidden" for="stock-${id}">Units of ${name}</label><input id="stock-${id}" name="quantity" type="number" min="0" max="${MAX_STOCK}" value="${stock}" required autocomplete="off"><button class="button secondary small" type="submit">Set<span class="visually-hidden"> the stock of ${name}</span></button></form></td>
</tr>`,
  )}</tbody></table></div>
${nextCursor && html`<nav class="pager" aria-label="Pages"><a class="button secondary" rel="next" href="/admin?${new URLSearchParams({ ...(query && { q: query }), cursor: nextCursor }).toString()}">Next page</a></nav>`}
</section>`;
}

function createSection({ problem, fields = {} }: AdminContent): Html {
  const own = problem?.form === 'create' ? problem.problem : undefined;
  const values = own ? fields : {};
  return html`<section aria-labelledby="create-heading"><h2 id="create-heading">New product</h2>
${problemNotice(own)}
<form class="panel" action="/admin/products" method="post">
${formField({ name: 'name', label: 'Name', value: values.name ?? '', maxLength: PRODUCT_NAME.max }, own)}
<div class="field"><label for="description">Description</label><textarea id="description" name="description" rows="3" maxlength="${PRODUCT_DESCRIPTION.max}">
${values.description ?? ''}</textarea></div>
<div class="field-row">
${formField({ name: 'amount', label: 'Price', value: values.amount ?? '', inputMode: 'decimal', hint: 'Such as 12.50' }, own)}
<div class="field"><label for="currency">Currency</label><select id="currency" name="currency">${CURRENCIES.map((code) => html`<option${code === values.currency && html` selected`}>${code}</option>`)}</select></div>
${formField({ name: 'stock', label: 'Units', type: 'number', min: 0, max: MAX_STOCK, value: values.stock ?? '' }, own)}
</div>
<button class="button" type="submit">Create product</button>
</form></section>`;
}

function importSection({ problem, fields = {} }: AdminContent): Html {
  const own = problem?.form === 'import' ? problem.problem : undefined;
  return html`<section aria-labelledby="import-heading"><h2 id="import-heading">Import</h2>
${problemNotice(own)}
<form class="panel" action="/admin/products/import" method="post" data-import="/admin/products/import/lines">
<div class="field" data-file hidden><label for="file">File, one product per line (NDJSON)</label><input id="file" type="file" accept=".ndjson,.jsonl,application/x-ndjson"><p class="hint">Files of any size. All products are created, or none.</p></div>
<div class="field"><label for="products">Products, one JSON object per line</label><textarea class="mono" id="products" name="products" rows="5" aria-describedby="products-hint" spellcheck="false">
${(own && fields.products) ?? ''}</textarea>
<p class="hint" id="products-hint">Example: <code>${EXAMPLE}</code></p></div>
<button class="button" type="submit">Import products</button>
<div data-progress hidden><label for="progress">Progress</label> <progress id="progress" max="1" value="0"></progress></div>
<p data-result role="status"></p>
</form></section>`;
}
