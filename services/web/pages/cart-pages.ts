import type { Client } from '../../kit/client/client.ts';
import type { ProductServiceDefinition } from '../../proto/gen/weft/product/v1/product.ts';
import { MAX_ITEMS, MAX_QUANTITY } from '../../proto/limits.ts';
import { CART_RETENTION_DAYS } from '../carts/cart-expiry.ts';
import type { Cart, CartItem, Carts } from '../carts/carts.ts';
import { followCart } from '../carts/follow-cart.ts';
import { type PricedCart, priceCart } from '../carts/price-cart.ts';
import { QuoteStream } from '../carts/quote-stream.ts';
import type { Formats } from '../format/formats.ts';
import { parseWholeNumber } from '../format/whole-number.ts';
import { CART_COOKIE, setCookie } from '../http/cookies.ts';
import { type PageAnswer, redirectTo } from '../http/page-answer.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import type { Visit } from '../http/visit.ts';
import { cartProblemText, cartView, lineNote, lineSum } from '../views/cart-view.ts';
import { type FormProblem, fieldProblem } from '../views/form-problem.ts';
import { existing } from './catalogue-pages.ts';
import { mapEach } from './map-each.ts';
import type { PageSources } from './page-sources.ts';

const CART_MAX_AGE_SECONDS = CART_RETENTION_DAYS * 86_400;

const EMPTY_CART: Cart = { items: [], checkoutKey: '' };

/** Returns the pages of the cart. */
export function cartPages({ clients: { product }, carts, frame, cartIntervalMs }: PageSources): PageHandlers {
  const showCart = async (visit: Visit, problem?: FormProblem): Promise<PageAnswer> => {
    const cart = await readPricedCart(visit, carts, product);
    const body = cartView(frame, visit, cart, problem);
    return { kind: 'page', status: problem ? 422 : 200, body };
  };
  return {
    showCart: { access: 'everyone', answer: (visit) => showCart(visit) },
    addItem: {
      access: 'everyone',
      async answer(visit) {
        const { form, context } = visit;
        const quantity = parseWholeNumber(form.quantity, 1, MAX_QUANTITY);
        if (quantity === undefined) return showCart(visit, quantityProblem(visit.formats));
        const { product: item } = await product.getProduct({ id: form.product ?? '' }, { context });
        const { id: productId, name } = existing(item);
        const problem = await addToCart(visit, carts, [{ productId, quantity, name }]);
        return 'kind' in problem ? problem : showCart(visit, problem);
      },
    },
    changeItem: {
      access: 'everyone',
      async answer(visit) {
        const { form, cartId, formats } = visit;
        const { id = '' } = visit.params;
        const quantity = form.action === 'remove' ? 0 : parseWholeNumber(form.quantity, 1, MAX_QUANTITY);
        if (quantity === undefined) return showCart(visit, quantityProblem(formats));
        const { items } = await readCart(carts, cartId);
        // An id that is not in the cart may not even be a UUID.
        if (cartId && items.some(({ productId }) => productId === id)) {
          await carts.setQuantity(cartId, id, quantity);
        }
        return redirectTo('/cart');
      },
    },
    followCart: {
      access: 'everyone',
      isResource: true,
      answer({ cartId, context, formats }) {
        const readItems = async () => (await readCart(carts, cartId)).items;
        const source = followCart({ product, context, intervalMs: cartIntervalMs, readItems });
        return { kind: 'events', event: 'cart', source: mapEach(source, (cart) => cartEvent(cart, formats)) };
      },
    },
  };
}

/** Returns the cart of a cookie; an empty one if there is none. */
export async function readCart(carts: Carts, cartId: string | undefined): Promise<Cart> {
  return (cartId && (await carts.read(cartId))) || EMPTY_CART;
}

/** Returns the visitor's cart with its current prices. */
export async function readPricedCart(
  { cartId, context }: Pick<Visit, 'cartId' | 'context'>,
  carts: Carts,
  product: Pick<Client<ProductServiceDefinition>, 'quoteCart'>,
): Promise<PricedCart & { readonly checkoutKey: string }> {
  const { items, checkoutKey } = await readCart(carts, cartId);
  const stream = new QuoteStream(product, context);
  try {
    return { ...(await priceCart(items, stream.quote)), checkoutKey };
  } finally {
    stream.close();
  }
}

/** Adds items to the visitor's cart, and returns the redirect to it, or the problem of the first item that is refused. */
export async function addToCart(
  { cartId, isSecure, formats }: Pick<Visit, 'cartId' | 'isSecure' | 'formats'>,
  carts: Carts,
  items: readonly CartItem[],
): Promise<PageAnswer | FormProblem> {
  let id = cartId;
  for (const item of items) {
    const result = await carts.add(id, item);
    if ('limit' in result) {
      return result.limit === 'lines'
        ? fieldProblem(
            'product',
            `A cart holds up to ${MAX_ITEMS} different products. “${item.name}” was not added. Order these first, or remove one.`,
          )
        : quantityProblem(formats);
    }
    id = result.cartId;
  }
  return redirectTo('/cart', id ? [setCookie(CART_COOKIE, id, CART_MAX_AGE_SECONDS, isSecure)] : []);
}

function quantityProblem(formats: Formats): FormProblem {
  return fieldProblem('quantity', `Order 1 to ${formats.number(MAX_QUANTITY)} units of each product.`);
}

/** Returns a cart as the script of the cart page shows it. */
function cartEvent(cart: PricedCart, formats: Formats) {
  return {
    lines: cart.lines.map((line) => ({
      id: line.productId,
      quantity: line.quantity,
      price: formats.money(line.unitPrice),
      sum: lineSum(line, formats),
      note: lineNote(line),
    })),
    total: formats.money(cart.total),
    units: cart.lines.reduce((sum, { quantity }) => sum + quantity, 0),
    problem: cartProblemText(cart),
  };
}
