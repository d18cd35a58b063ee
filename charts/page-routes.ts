import type { EdgeBody, EdgeRoute } from '../mesh/policy/edge.ts';

/** A form. Browsers send it without JavaScript. */
const FORM: EdgeBody = { mediaTypes: ['application/x-www-form-urlencoded'], maxBytes: 16_384 };

/** A form with a text area of products. */
const PRODUCTS_FORM: EdgeBody = { ...FORM, maxBytes: 1_000_000 };

/** One product per line, sent by the script of the import form. */
const PRODUCT_LINES: EdgeBody = { mediaTypes: ['application/x-ndjson'], maxBytes: 'unlimited' };

/**
 * The pages of the storefront. All are public at the edge, because browsers send their token in a cookie, which the mesh
 * does not read. `web` verifies it with the same keys, and requires an account or the role `admin` in services/web.
 */
export const PAGE_ROUTES: readonly EdgeRoute[] = [
  page('/', 'showCatalogue'),
  page('/products/{id}', 'showProduct'),
  events('/products/{id}/stock/events', 'followStock'),
  page('/pictures/{name}', 'getPicture'),
  page('/assets/{name}', 'getAsset'),

  page('/sign-in', 'showSignIn'),
  form('/sign-in', 'signIn'),
  page('/sign-up', 'showSignUp'),
  form('/sign-up', 'signUp'),
  form('/sign-out', 'signOut'),

  page('/cart', 'showCart'),
  form('/cart/items', 'addItem'),
  form('/cart/items/{id}', 'changeItem'),
  events('/cart/events', 'followCart'),
  page('/checkout', 'showCheckout'),
  // The idempotency key in the form prevents a second order on a retry.
  { ...form('/checkout', 'placeOrder'), isRetryable: true },

  page('/orders', 'showOrders'),
  page('/orders/{id}', 'showOrder'),
  events('/orders/{id}/events', 'followOrder'),
  form('/orders/{id}/cart', 'orderAgain'),
  page('/notifications', 'showNotifications'),

  page('/admin', 'showProducts'),
  form('/admin/products', 'createProduct'),
  form('/admin/products/{id}/stock', 'setStock'),
  { ...form('/admin/products/import', 'importForm'), body: PRODUCTS_FORM },
  { ...form('/admin/products/import/lines', 'importLines'), body: PRODUCT_LINES },
];

function page(path: string, handler: string): EdgeRoute {
  return { method: 'GET', path, handler, access: 'public' };
}

function events(path: string, handler: string): EdgeRoute {
  return { ...page(path, handler), stream: 'server-sent-events' };
}

function form(path: string, handler: string): EdgeRoute {
  return { method: 'POST', path, handler, access: 'public', body: FORM };
}
