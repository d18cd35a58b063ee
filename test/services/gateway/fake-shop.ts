import { defineErrors, serviceError } from '../../../services/kit/errors/service-error.ts';
import { type Implementation, implement } from '../../../services/kit/server/implement.ts';
import { PRODUCT_ERRORS } from '../../../services/proto/errors/product.ts';
import { USER_ERRORS } from '../../../services/proto/errors/user.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import {
  OrderServiceDefinition,
  type PlaceOrderRequest,
} from '../../../services/proto/gen/weft/order/v1/order.ts';
import {
  type Item,
  type NewProduct,
  ProductServiceDefinition,
} from '../../../services/proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../../../services/proto/gen/weft/user/v1/user.ts';

export const PRODUCT_ID = '01935a1e-7c1f-7e0a-9f3a-3d1c5b7a9e10';
export const UNKNOWN_ID = '01935a1e-7c1f-7e0a-9f3a-000000000000';
/** Cursor of the second page of the products. */
export const NEXT_CURSOR = 'AZNaHnwffgqfOj0cW3qeEA';
export const ORDER_ID = '01935a1e-8000-7e0a-9f3a-3d1c5b7a9e10';
const productError = defineErrors(PRODUCT_ERRORS);
const userError = defineErrors(USER_ERRORS);
const PRICE = { amount: 1250, currency: 'EUR' };
const AT = new Date('2026-01-02T03:04:05Z');

/** Requests that the fake services received, as far as tests inspect them. */
export interface ReceivedRequests {
  readonly users: unknown[];
  readonly queries: unknown[];
  readonly created: NewProduct[];
  readonly imported: NewProduct[];
  /** Resolves when an import broke off before its end. */
  readonly importBroken: Promise<void>;
  readonly orders: PlaceOrderRequest[];
  keySets: number;
  /** Resolves when the watcher of stock has been cancelled by the gateway. */
  readonly watchEnded: Promise<void>;
}

/** Fakes of the services behind the gateway, which record their requests. */
export function fakeShop(keySet: () => string): {
  requests: ReceivedRequests;
  implementations: readonly Implementation[];
} {
  const broken = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<void>();
  const requests: ReceivedRequests = {
    users: [],
    queries: [],
    created: [],
    imported: [],
    importBroken: broken.promise,
    orders: [],
    keySets: 0,
    watchEnded: ended.promise,
  };
  const checkExists = (id: string) => {
    if (id !== PRODUCT_ID) throw serviceError('not-found', { metadata: { what: 'product' } });
  };
  const product = (from: NewProduct) => ({ id: PRODUCT_ID, availability: '', ...from });
  const scarf: NewProduct = { name: 'Scarf', description: 'Woven.', price: PRICE, stock: 3 };
  const line = ({ productId, quantity }: Item) => ({ productId, quantity, name: 'Scarf', unitPrice: PRICE });
  const order = (status: string, items: readonly Item[] = [{ productId: PRODUCT_ID, quantity: 2 }]) => ({
    id: ORDER_ID,
    customerId: 'whoever',
    status,
    reason: status === 'cancelled' ? 'declined' : '',
    total: PRICE,
    items: items.map(line),
    placedAt: AT,
  });

  const users = implement(UserServiceDefinition, {
    async register(request) {
      requests.users.push(request);
      if (request.email.startsWith('taken')) throw userError('email-taken');
      return { user: { id: UNKNOWN_ID, email: request.email, name: request.name, role: 'customer' } };
    },
    async signIn(request) {
      if (request.password === 'crash please') throw new Error('secret text of the inside');
      if (request.password !== 'right password') throw userError('wrong-credentials');
      return { accessToken: 'a.b.c', expiresInSeconds: 1800 };
    },
    async getUser() {
      throw serviceError('not-found', { metadata: { what: 'account' } });
    },
    async getSigningKeys() {
      requests.keySets += 1;
      return { jwksJson: keySet() };
    },
  });
  const unused = async (): Promise<never> => {
    throw new Error('the gateway does not call this');
  };
  const products = implement(ProductServiceDefinition, {
    async listProducts(request) {
      requests.queries.push(request);
      return { items: [product(scarf)], nextCursor: request.cursor ? '' : NEXT_CURSOR };
    },
    async getProduct({ id }) {
      checkExists(id);
      return { product: { ...product(scarf), availability: 'low' } };
    },
    async createProduct(request) {
      const newProduct = request.product ?? scarf;
      requests.created.push(newProduct);
      return { product: product(newProduct) };
    },
    async setStock({ id, quantity }) {
      checkExists(id);
      return { product: { ...product(scarf), stock: quantity } };
    },
    async importProducts(stream) {
      const rows: NewProduct[] = [];
      try {
        for await (const { product: row } of stream) if (row) rows.push(row);
      } catch (error) {
        broken.resolve();
        throw error;
      }
      requests.imported.push(...rows);
      return { imported: rows.length };
    },
    async *watchStock({ id }, { signal }) {
      checkExists(id);
      yield { productId: id, stock: 3, at: AT };
      yield { productId: id, stock: 2, at: AT };
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      ended.resolve();
    },
    async *quoteCart(carts) {
      for await (const { items } of carts) {
        for (const { productId } of items) {
          if (productId !== PRODUCT_ID)
            throw productError('unknown-product', { metadata: { product: productId } });
        }
        yield { items: items.map(line), total: PRICE, shortProductIds: [] };
      }
    },
    reserve: unused,
    release: unused,
    settle: unused,
    settleAll: unused,
    listOpenReservations: unused,
  });
  const orders = implement(OrderServiceDefinition, {
    async placeOrder(request) {
      requests.orders.push(request);
      return { order: order('pending', request.items) };
    },
    async getOrder({ id }) {
      if (id !== ORDER_ID) throw serviceError('not-found', { metadata: { what: 'order' } });
      return { order: order('cancelled') };
    },
    async listOrders() {
      return { items: [order('confirmed')], nextCursor: '' };
    },
    async *watchOrder({ id }) {
      if (id !== ORDER_ID) throw serviceError('not-found', { metadata: { what: 'order' } });
      yield { order: order('pending') };
      yield { order: order('confirmed') };
    },
  });
  const notifications = implement(NotificationServiceDefinition, {
    async listNotifications() {
      return { items: [{ id: UNKNOWN_ID, orderId: ORDER_ID, text: 'Thank you.', at: AT }], nextCursor: '' };
    },
  });
  return { requests, implementations: [users, products, orders, notifications] };
}
