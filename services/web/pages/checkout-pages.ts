import { subjectOf } from '../../kit/edge/bearer.ts';
import { ServiceError } from '../../kit/errors/service-error.ts';
import { isUuid } from '../../kit/fields/uuid.ts';
import { MAX_TOTAL } from '../../proto/limits.ts';
import { parseWholeNumber } from '../format/whole-number.ts';
import { type PageAnswer, redirectTo } from '../http/page-answer.ts';
import type { PageHandlers } from '../http/page-handler.ts';
import type { Visit } from '../http/visit.ts';
import { cartView } from '../views/cart-view.ts';
import { checkoutView } from '../views/checkout-view.ts';
import { type FormProblem, fieldProblem, formProblemOf } from '../views/form-problem.ts';
import { readPricedCart } from './cart-pages.ts';
import type { PageSources } from './page-sources.ts';

const CART_CHANGED = fieldProblem(
  'key',
  'Your cart has changed since this page was opened. Check it, then pay.',
);

/**
 * Returns the pages of the checkout. The form has the idempotency key of the cart: a reload, a double click and the back
 * button send the same key again, and place one order. It has the displayed total too: the order service refuses another
 * one before it reserves or charges anything, and the customer is asked.
 */
export function checkoutPages({ clients: { product, order }, carts, frame }: PageSources): PageHandlers {
  const showCheckout = async (visit: Visit, problem?: FormProblem): Promise<PageAnswer> => {
    const cart = await readPricedCart(visit, carts, product);
    if (cart.lines.length === 0) return redirectTo('/cart');
    if (cart.problem) return { kind: 'page', status: 409, body: cartView(frame, visit, cart, problem) };
    const { token } = visit.form;
    const content = { cart, key: cart.checkoutKey, problem, ...(token !== undefined && { token }) };
    return { kind: 'page', status: problem ? 409 : 200, body: checkoutView(frame, visit, content) };
  };
  const refuse = async (visit: Visit, cartId: string, error: unknown): Promise<PageAnswer> => {
    const code = error instanceof ServiceError ? error.code : '';
    if (code === 'price-changed') {
      await carts.renewKey(cartId);
      const message = 'A price has changed, and you were not charged. Check the new total, then pay.';
      return showCheckout(visit, fieldProblem('amount', message));
    }
    // An order of this cart was placed with another card or at another price, and its response was lost.
    if (code === 'idempotency-key-reused') {
      await carts.complete(cartId, visit.form.key ?? '', undefined);
      return redirectTo('/orders');
    }
    return showCheckout(visit, formProblemOf(error, { token: 'The card' }));
  };
  return {
    showCheckout: { access: 'account', answer: (visit) => showCheckout(visit) },
    placeOrder: {
      access: 'account',
      returnPath: '/checkout',
      async answer(visit) {
        const { cartId, form, bearer, context } = visit;
        const { key = '', token = '', currency = '' } = form;
        if (!cartId || !isUuid(key)) return redirectTo('/cart');
        const cart = await carts.read(cartId);
        if (!cart || cart.checkoutKey !== key || cart.items.length === 0) {
          // Read after the cart: a concurrent request records its order and renews the key in one transaction.
          const placedId = await carts.orderPlacedWith(cartId, key);
          return placedId ? redirectTo(`/orders/${placedId}`) : showCheckout(visit, CART_CHANGED);
        }
        const amount = parseWholeNumber(form.amount, 0, MAX_TOTAL);
        if (amount === undefined || !/^[A-Z]{3}$/.test(currency)) return showCheckout(visit, CART_CHANGED);
        try {
          const items = cart.items.map(({ productId, quantity }) => ({ productId, quantity }));
          const response = await order.placeOrder(
            {
              customerId: subjectOf(bearer),
              idempotencyKey: key,
              items,
              paymentToken: token,
              expectedTotal: { amount, currency },
            },
            { context },
          );
          const orderId = response.order?.id ?? '';
          await carts.complete(cartId, key, orderId);
          return redirectTo(`/orders/${orderId}`);
        } catch (error) {
          return refuse(visit, cartId, error);
        }
      },
    },
  };
}
