import type { Construct } from 'constructs';
import { Platform } from '../mesh/graph/platform.ts';
import { Service } from '../mesh/graph/service.ts';
import { Topic } from '../mesh/graph/topic.ts';
import type { CallPolicy } from '../mesh/policy/call-policy.ts';
import { type Retries, SAFE_RETRY_CONDITIONS } from '../mesh/policy/retries.ts';
import { NotificationServiceDefinition } from '../services/proto/gen/weft/notification/v1/notification.ts';
import { OrderEvent, OrderServiceDefinition } from '../services/proto/gen/weft/order/v1/order.ts';
import { PaymentServiceDefinition } from '../services/proto/gen/weft/payment/v1/payment.ts';
import { ProductServiceDefinition } from '../services/proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../services/proto/gen/weft/user/v1/user.ts';
import { EDGE_ROUTES } from './edge-routes.ts';
import type { ShopEnvironment } from './environments.ts';

const TOKEN = { issuer: 'https://weft.example', audience: 'shop', jwksPath: '/.well-known/jwks.json' };

/**
 * The callee was not there, or was stopping, or was killed with the request in its hands: another of its pods is asked.
 */
const AGAIN: Retries = { attempts: 2, on: [...SAFE_RETRY_CONDITIONS, 'unavailable', 'reset'] };

/** What a call may do, by what a repeat of it would do. */
const POLICIES = {
  READ: { timeout: '1s', retries: AGAIN },
  /** For methods that are idempotent by a key of their own. */
  IDEMPOTENT: { timeout: '3s', retries: AGAIN },
  /** A repeat could do a thing twice, unless the callee cannot have begun it. */
  ONCE: { timeout: '5s', retries: { attempts: 2, on: SAFE_RETRY_CONDITIONS } },
  /** Stays open for as long as both ends like. */
  STREAM: { timeout: 'none' },
} as const satisfies Record<string, CallPolicy>;

/** The shop's service graph: who exists, who calls whom, and under which policy. */
export class Shop extends Platform {
  constructor(scope: Construct, environment: ShopEnvironment) {
    super(scope, 'shop', { environment });

    const { READ, IDEMPOTENT, ONCE, STREAM } = POLICIES;
    const orders = new Topic(this, 'orders', { carries: [OrderEvent] });

    const user = new Service(this, 'user', {
      serves: UserServiceDefinition,
      store: true,
      settings: { WEFT_TOKEN_ISSUER: TOKEN.issuer, WEFT_TOKEN_AUDIENCE: TOKEN.audience, WEFT_SEED: 'true' },
      secrets: [
        { secret: 'token-key', key: 'token-key.pem' },
        { secret: 'seed', key: 'seed-admin-password' },
        { secret: 'seed', key: 'seed-customer-password' },
      ],
    });
    const product = new Service(this, 'product', {
      serves: ProductServiceDefinition,
      store: true,
      settings: { WEFT_SEED: 'true' },
      objective: { moreErrors: 1, p99Times: 1.5, p99Plus: '5ms' },
    });
    const payment = new Service(this, 'payment', { serves: PaymentServiceDefinition, store: true });
    const order = new Service(this, 'order', { serves: OrderServiceDefinition, store: true });
    const notification = new Service(this, 'notification', {
      serves: NotificationServiceDefinition,
      store: true,
    });
    const gateway = new Service(this, 'gateway', {
      edge: { hosts: environment.hosts, token: TOKEN, routes: EDGE_ROUTES },
    });

    gateway.calls(user, ['register', 'signIn'], ONCE);
    gateway.calls(user, ['getSigningKeys'], READ, 'user-keys');
    gateway.calls(product, ['listProducts', 'getProduct'], READ);
    gateway.calls(product, ['createProduct', 'setStock'], ONCE, 'product-changes');
    gateway.calls(product, ['importProducts', 'watchStock', 'quoteCart'], STREAM, 'product-streams');
    gateway.calls(order, ['getOrder', 'listOrders'], READ);
    gateway.calls(order, ['placeOrder'], { ...IDEMPOTENT, timeout: '5s' }, 'order-placing');
    gateway.calls(order, ['watchOrder'], STREAM, 'order-streams');
    gateway.calls(notification, ['listNotifications'], READ);

    order.calls(product, ['reserve', 'release', 'settle', 'settleAll', 'listOpenReservations'], IDEMPOTENT);
    // Charge: while pods of the version before Authorize are still there.
    order.calls(payment, ['checkToken', 'authorize', 'capture', 'cancel', 'charge'], IDEMPOTENT);

    order.publishesTo(orders);
    notification.consumesFrom(orders);
  }
}
