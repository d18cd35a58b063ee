import { type Html, html } from '../../kit/edge/html.ts';
import type { Assets, ScriptName } from '../assets/load-assets.ts';
import type { Visitor } from '../http/visit.ts';
import { cartIcon, logo, searchIcon } from './icons.ts';

/** Content of one page. */
export interface PageContent {
  readonly title: string;
  readonly main: Html;
  /** Scripts that keep the page up to date. @default none */
  readonly scripts?: readonly ScriptName[];
  /** Words of the search, which the search field shows again. @default none */
  readonly query?: string;
  /** Summary for search engines. @default none */
  readonly description?: string;
}

/** Returns a whole page: the content between the header and the footer of the shop. */
export type PageFrame = (content: PageContent, visitor: Visitor) => Html;

/** Returns the frame of all pages. */
export function pageFrame(assets: Assets): PageFrame {
  return ({ title, main, scripts = [], query = '', description }, visitor) => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Weft</title>
${description && html`<meta name="description" content="${description}">`}
<link rel="stylesheet" href="${assets.path('shop.css')}">
<link rel="icon" href="${assets.path('icon.svg')}" type="image/svg+xml">
${(['forms.js', ...scripts] as const).map(
  (script) => html`<script type="module" src="${assets.path(script)}"></script>
`,
)}</head>
<body>
<a class="skip" href="#main">Skip to content</a>
${siteHeader(query, visitor)}
<main id="main" tabindex="-1">
${main}
</main>
<footer class="site-footer">
<p><strong>Weft</strong> is a demonstration shop. Cards are test cards: no money moves, and nothing is delivered.</p>
</footer>
</body>
</html>
`;
}

function siteHeader(query: string, { bearer, cartUnits, formats }: Visitor): Html {
  const units = `${formats.number(cartUnits)} ${cartUnits === 1 ? 'item' : 'items'}`;
  return html`<header class="site-header">
<div class="bar">
<a class="brand" href="/">${logo()}<span>Weft</span></a>
<form class="search" role="search" action="/" method="get">
<label class="visually-hidden" for="search">Search products</label>
<input id="search" type="search" name="q" value="${query}" maxlength="200" placeholder="Search products" autocomplete="off">
<button class="icon-button" type="submit"><span class="visually-hidden">Search</span>${searchIcon()}</button>
</form>
<nav class="account" aria-label="Your account">
<ul>
${
  bearer
    ? html`${bearer.role === 'admin' && html`<li><a href="/admin">Manage</a></li>`}
<li><a href="/orders">Orders</a></li>
<li><a href="/notifications">Notifications</a></li>
<li><form action="/sign-out" method="post"><button class="link" type="submit">Sign out</button></form></li>`
    : html`<li><a href="/sign-in">Sign in</a></li>`
}
</ul>
</nav>
<a class="cart-link" href="/cart">${cartIcon()}<span class="cart-word">Cart</span><span class="cart-count" data-cart-units${cartUnits === 0 && html` hidden`}>${formats.number(cartUnits)}</span><span class="visually-hidden">, ${units}</span></a>
</div>
</header>`;
}
