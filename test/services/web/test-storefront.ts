import { generateKeyPairSync } from 'node:crypto';
import { calculateJwkThumbprint, type JWTPayload, SignJWT } from 'jose';
import type pg from 'pg';
import { PAGE_ROUTES } from '../../../charts/page-routes.ts';
import type { Edge } from '../../../mesh/policy/edge.ts';
import { comparePrecedence } from '../../../mesh/policy/edge-paths.ts';
import { defineErrors } from '../../../services/kit/errors/service-error.ts';
import { uuidv7 } from '../../../services/kit/fields/uuid.ts';
import { HttpServer } from '../../../services/kit/server/http-server.ts';
import { implement } from '../../../services/kit/server/implement.ts';
import { createLog } from '../../../services/kit/telemetry/log.ts';
import { Metrics } from '../../../services/kit/telemetry/metrics.ts';
import { USER_ERRORS } from '../../../services/proto/errors/user.ts';
import { NotificationServiceDefinition } from '../../../services/proto/gen/weft/notification/v1/notification.ts';
import { UserServiceDefinition } from '../../../services/proto/gen/weft/user/v1/user.ts';
import { loadAssets } from '../../../services/web/assets/load-assets.ts';
import { Carts } from '../../../services/web/carts/carts.ts';
import { migrations } from '../../../services/web/carts/migrations.ts';
import { settings } from '../../../services/web/settings.ts';
import { storefront } from '../../../services/web/storefront.ts';
import { type OrderHarness, startOrder } from '../order/order-harness.ts';
import { serve } from '../serve.ts';
import { testPool } from '../test-pool.ts';
import { TestVisitor } from './page-request.ts';

/** The storefront's edge, with the routes of the shop's own graph in the order in which a process reads them. */
export const STOREFRONT_EDGE: Edge = {
  hosts: ['shop.example'],
  token: {
    issuer: 'https://shop.example',
    audience: 'shop',
    jwksPath: '/.well-known/jwks.json',
    roles: ['customer', 'admin'],
  },
  routes: PAGE_ROUTES.toSorted(comparePrecedence),
};

/** A storefront in front of the real product, order and payment services; accounts and notifications are fakes. */
export interface TestStorefront {
  readonly url: string;
  readonly order: OrderHarness;
  readonly pool: pg.Pool;
  readonly logged: readonly string[];
  /** Texts of notifications that every customer has. */
  readonly notifications: string[];
  /** Returns a browser without cookies. */
  visitor(headers?: Readonly<Record<string, string>>): TestVisitor;
  /** Returns the browser of a customer, or an admin, who is signed in. */
  customer(claims?: JWTPayload): Promise<TestVisitor>;
  /** Signs a session; what is passed replaces claims of a good one. */
  token(claims?: JWTPayload): Promise<string>;
  /** Makes a product of 10.00 EUR. Returns its id. */
  makeProduct(stock: number, name?: string, description?: string): Promise<string>;
  setPrice(productId: string, amount: number): Promise<void>;
  stop(): Promise<void>;
}

const userError = defineErrors(USER_ERRORS);

/** @param variables settings of the storefront, as environment variables */
export async function startStorefront(
  name: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<TestStorefront> {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = await calculateJwkThumbprint(jwk);
  const token = (claims: JWTPayload = {}) => {
    const now = Math.floor(Date.now() / 1_000);
    const { issuer: iss, audience: aud } = STOREFRONT_EDGE.token;
    return new SignJWT({ iss, aud, sub: uuidv7(), role: 'customer', iat: now, exp: now + 900, ...claims })
      .setProtectedHeader({ alg: 'EdDSA', kid })
      .sign(privateKey);
  };
  const accounts = new Map<string, { readonly id: string; readonly password: string }>();
  const notifications: string[] = [];
  const user = await serve(
    UserServiceDefinition,
    implement(UserServiceDefinition, {
      async register({ email, password, name: fullName }) {
        if (accounts.has(email)) throw userError('email-taken');
        const id = uuidv7();
        accounts.set(email, { id, password });
        return { user: { id, email, name: fullName, role: 'customer' } };
      },
      async signIn({ email, password }) {
        const account = accounts.get(email);
        if (account?.password !== password) throw userError('wrong-credentials');
        return { accessToken: await token({ sub: account.id }), expiresInSeconds: 1_800 };
      },
      async getUser() {
        throw new Error('the storefront does not call this');
      },
      async getSigningKeys() {
        return { jwksJson: JSON.stringify({ keys: [{ ...jwk, kid }] }) };
      },
    }),
  );
  const notification = await serve(
    NotificationServiceDefinition,
    implement(NotificationServiceDefinition, {
      listNotifications: async () => ({
        items: notifications.map((text) => ({ id: uuidv7(), orderId: uuidv7(), text, at: new Date() })),
        nextCursor: '',
      }),
    }),
  );
  const order = await startOrder(name);
  await order.startSaga();
  const pool = await testPool(`${name}-web`, migrations);
  const logged: string[] = [];
  const stopping = new AbortController();
  const app = storefront({
    edge: STOREFRONT_EDGE,
    assets: await loadAssets(),
    carts: new Carts(pool),
    settings: settings.parse({ WEFT_CART_INTERVAL: '20ms', ...variables }),
    log: createLog({ service: 'web' }, { write: (line) => logged.push(line) }),
    metrics: new Metrics(),
    stopping: stopping.signal,
    clients: {
      user: user.client,
      product: order.product.client,
      order: order.client,
      notification: notification.client,
    },
  });
  const http = new HttpServer(app);
  const url = `http://${await http.listen('127.0.0.1:0')}`;
  return {
    url,
    order,
    pool,
    logged,
    notifications,
    token,
    visitor: (headers) => new TestVisitor(url, headers),
    async customer(claims) {
      const visitor = new TestVisitor(url);
      visitor.cookies.set('weft-session', await token(claims));
      return visitor;
    },
    async makeProduct(stock, productName = 'Cup', description = 'Holds coffee.') {
      const price = { amount: 1_000, currency: 'EUR' };
      const response = await order.product.client.createProduct({
        product: { name: productName, description, price, stock },
      });
      return response.product?.id ?? '';
    },
    async setPrice(productId, amount) {
      await order.product.pool.query('UPDATE product SET price_amount = $2 WHERE id = $1', [
        productId,
        amount,
      ]);
    },
    async stop() {
      stopping.abort();
      await http.stop(1_000);
      await Promise.all([user.close(), notification.close(), order.stop()]);
      await pool.end();
    },
  };
}
