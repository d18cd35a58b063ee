import { type Html, html } from '../../kit/edge/html.ts';
import type { Product } from '../../proto/gen/weft/product/v1/product.ts';
import type { Visitor } from '../http/visit.ts';
import { picturePath } from '../pictures/picture.ts';
import { type FormProblem, problemNotice } from './form-problem.ts';
import type { PageFrame } from './page-frame.ts';
import { stockLabel, stockLevel } from './stock-label.ts';

export interface CatalogueContent {
  readonly products: readonly Product[];
  readonly query: string;
  /** Empty on the last page. */
  readonly nextCursor: string;
  readonly isFirstPage: boolean;
  readonly problem?: FormProblem | undefined;
}

/** Pictures of the first rows are loaded at once, those further down when the visitor scrolls to them. */
const EAGER_PICTURES = 6;

/** Returns the catalogue, or the result of a search. */
export function catalogueView(frame: PageFrame, visitor: Visitor, content: CatalogueContent): Html {
  const { products, query, isFirstPage, problem } = content;
  const isFrontPage = query === '' && isFirstPage && !problem;
  return frame(
    {
      title: query ? `Search: ${query}` : 'Goods for kitchen, home and desk',
      description: 'Well-made things for kitchen, home and desk.',
      query,
      main: html`${isFrontPage && hero(products)}
${problemNotice(problem)}
<section aria-labelledby="products-heading">
<div class="section-head">
${isFrontPage ? html`<h2 id="products-heading">All products</h2>` : html`<h1 id="products-heading">${query ? `Results for “${query}”` : 'All products'}</h1>`}
${query && html`<p><a href="/">Show all products</a></p>`}
</div>
${products.length === 0 ? emptyResult(query) : html`<ul class="grid">${products.map((product, index) => card(product, visitor, index))}</ul>`}
${pager(content)}
</section>`,
    },
    visitor,
  );
}

function hero(products: readonly Product[]): Html {
  return html`<section class="hero">
<div class="hero-text">
<p class="eyebrow">Kitchen, home and desk</p>
<h1>Things that are made to be used.</h1>
<p>Stoneware, oak, linen and steel: a small collection that gets better with the years.</p>
</div>
<div class="hero-pictures" aria-hidden="true">
${products.slice(0, 3).map((product) => html`<img src="${picturePath(product)}" width="400" height="300" alt="">`)}
</div>
</section>`;
}

function card(product: Product, { formats }: Visitor, index: number): Html {
  const { id, name, price, stock } = product;
  const level = stockLevel(stock);
  return html`<li class="card">
<a href="/products/${id}">
<img src="${picturePath(product)}" width="400" height="300" alt=""${index >= EAGER_PICTURES && html` loading="lazy"`}>
<span class="card-name">${name}</span>
</a>
<p class="card-price">${formats.money(price)}</p>
${level !== 'in-stock' && html`<p class="stock ${level}">${stockLabel(stock, formats)}</p>`}
</li>`;
}

function emptyResult(query: string): Html {
  return html`<div class="empty"><p>${query ? `No product matches “${query}”.` : 'There are no more products.'}</p>
<p><a class="button secondary" href="/">Browse all products</a></p></div>`;
}

function pager({ query, nextCursor, isFirstPage }: CatalogueContent): Html {
  if (!nextCursor && isFirstPage) return html``;
  return html`<nav class="pager" aria-label="Pages">
${!isFirstPage && html`<a class="button secondary" href="${catalogueHref(query, '')}">First page</a>`}
${nextCursor && html`<a class="button secondary" rel="next" href="${catalogueHref(query, nextCursor)}">Next page</a>`}
</nav>`;
}

function catalogueHref(query: string, cursor: string): string {
  const parameters = new URLSearchParams({ ...(query && { q: query }), ...(cursor && { cursor }) });
  return parameters.size > 0 ? `/?${parameters}` : '/';
}
