import type { Construct } from 'constructs';
import { Platform } from '../mesh/graph/platform.ts';
import { Service } from '../mesh/graph/service.ts';
import { Topic } from '../mesh/graph/topic.ts';
import type { CallPolicy } from '../mesh/policy/call-policy.ts';
import type { EdgeToken } from '../mesh/policy/edge.ts';
import type { Lifecycle } from '../mesh/policy/lifecycle.ts';
import { type Retries, UNPROCESSED_CONDITIONS } from '../mesh/policy/retries.ts';
import { NotificationServiceDefinition } from '../services/proto/gen/weft/notification/v1/notification.ts';
import { OrderEvent, OrderServiceDefinition } from '../services/proto/gen/weft/order/v1/order.ts';
import { PaymentServiceDefinition } from '../services/proto/gen/weft/payment/v1/payment.ts';
import { ProductServiceDefinition } from '../services/proto/gen/weft/product/v1/product.ts';
import { UserServiceDefinition } from '../services/proto/gen/weft/user/v1/user.ts';
import { EDGE_ROUTES } from './edge-routes.ts';
import type { ShopEnvironment } from './environments.ts';
import { PAGE_ROUTES } from './page-routes.ts';

const TOKEN: EdgeToken = {
  issuer: 'https://weft.example',
  audience: 'shop',
  jwksPath: '/.well-known/jwks.json',
  roles: ['customer', 'admin'],
};

/**
 * Retries a call if the callee could not be reached, was shutting down, or was killed while it processed the request.
 */
const TRANSIENT_RETRIES: Retries = { max: 2, on: [...UNPROCESSED_CONDITIONS, 'unavailable', 'reset'] };

/** Call policies, named for the requests that are safe to send again. */
const POLICIES = {
  /** For methods without side effects. */
  RETRY_SAFE: { timeout: '1s', retries: TRANSIENT_RETRIES },
  /** For methods that deduplicate requests, for example by an idempotency key. */
  RETRY_IDEMPOTENT: { timeout: '3s', retries: TRANSIENT_RETRIES },
  /** For all other methods: retries a request only if the callee cannot have started to process it. */
  RETRY_UNPROCESSED: { timeout: '5s', retries: { max: 2, on: UNPROCESSED_CONDITIONS } },
  /** For long-lived streams: no deadline and no retries. */
  NO_RETRY: { timeout: 'none' },
} as const satisfies Record<string, CallPolicy>;

/** The states of services/order/state-machine.ts, as the order service counts them. */
const ORDER_LIFECYCLE: Lifecycle = {
  noun: 'orders',
  metric: 'weft_order_transitions_total',
  label: 'weft_order_state',
  states: {
    paying: 'start',
    settling: 'open',
    refunding: 'open',
    releasing: 'open',
    confirmed: 'succeeded',
    cancelled: 'failed',
  },
};

/** The shop's service graph: its services, their calls and the policy of each call. */
export class Shop extends Platform {
  constructor(scope: Construct, environment: ShopEnvironment) {
    super(scope, 'shop', { environment });

    const { RETRY_SAFE, RETRY_IDEMPOTENT, RETRY_UNPROCESSED, NO_RETRY } = POLICIES;
    const orders = new Topic(this, 'orders', { messageTypes: [OrderEvent] });

    const user = new Service(this, 'user', {
      serves: UserServiceDefinition,
      hasStore: true,
      settings: { WEFT_TOKEN_ISSUER: TOKEN.issuer, WEFT_TOKEN_AUDIENCE: TOKEN.audience, WEFT_SEED: 'true' },
      secrets: [
        { secret: 'token-key', key: 'token-key.pem' },
        { secret: 'seed', key: 'seed-admin-password' },
        { secret: 'seed', key: 'seed-customer-password' },
      ],
    });
    const product = new Service(this, 'product', {
      serves: ProductServiceDefinition,
      hasStore: true,
      settings: { WEFT_SEED: 'true' },
      canaryObjective: { maxErrorRateIncrease: 1, maxP99Ratio: 1.5, p99Slack: '5ms' },
      serviceLevel: { availabilityPercent: 99.95, latencyThreshold: '250ms' },
    });
    const payment = new Service(this, 'payment', {
      serves: PaymentServiceDefinition,
      hasStore: true,
      serviceLevel: { latencyThreshold: '1s' },
      ownMetrics: ['weft_reconciliation_findings_total', 'weft_reconciliation_runs_total'],
    });
    const order = new Service(this, 'order', {
      serves: OrderServiceDefinition,
      hasStore: true,
      serviceLevel: { latencyThreshold: '1s' },
      lifecycle: ORDER_LIFECYCLE,
    });
    const notification = new Service(this, 'notification', {
      serves: NotificationServiceDefinition,
      hasStore: true,
    });
    const edge = { hosts: environment.hosts, token: TOKEN };
    const gateway = new Service(this, 'gateway', {
      edge: { ...edge, routes: EDGE_ROUTES },
      serviceLevel: { latencyThreshold: '1s' },
    });
    const web = new Service(this, 'web', {
      edge: { ...edge, routes: PAGE_ROUTES },
      hasStore: true,
      serviceLevel: { latencyThreshold: '1s' },
    });

    gateway.calls(user, ['register', 'signIn'], RETRY_UNPROCESSED);
    gateway.calls(user, ['getSigningKeys'], RETRY_SAFE, 'user-keys');
    gateway.calls(product, ['listProducts', 'getProduct'], RETRY_SAFE);
    gateway.calls(product, ['createProduct', 'setStock'], RETRY_UNPROCESSED, 'product-changes');
    gateway.calls(product, ['importProducts', 'watchStock', 'quoteCart'], NO_RETRY, 'product-streams');
    gateway.calls(order, ['getOrder', 'listOrders'], RETRY_SAFE);
    gateway.calls(order, ['placeOrder'], { ...RETRY_IDEMPOTENT, timeout: '5s' }, 'order-placing');
    gateway.calls(order, ['watchOrder'], NO_RETRY, 'order-streams');
    gateway.calls(notification, ['listNotifications'], RETRY_SAFE);

    web.calls(user, ['register', 'signIn'], RETRY_UNPROCESSED);
    web.calls(user, ['getSigningKeys'], RETRY_SAFE, 'user-keys');
    web.calls(product, ['listProducts', 'getProduct'], RETRY_SAFE);
    web.calls(product, ['createProduct', 'setStock'], RETRY_UNPROCESSED, 'product-changes');
    web.calls(product, ['importProducts', 'watchStock', 'quoteCart'], NO_RETRY, 'product-streams');
    web.calls(order, ['getOrder', 'listOrders'], RETRY_SAFE);
    web.calls(order, ['placeOrder'], { ...RETRY_IDEMPOTENT, timeout: '5s' }, 'order-placing');
    web.calls(order, ['watchOrder'], NO_RETRY, 'order-streams');
    web.calls(notification, ['listNotifications'], RETRY_SAFE);

    order.calls(
      product,
      ['reserve', 'release', 'settle', 'settleAll', 'listOpenReservations'],
      RETRY_IDEMPOTENT,
    );
    order.calls(payment, ['checkToken', 'authorize', 'capture', 'cancel'], RETRY_IDEMPOTENT);

    order.publishesTo(orders);
    notification.consumesFrom(orders);
  }
}
