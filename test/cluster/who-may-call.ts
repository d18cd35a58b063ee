import type { Platform } from '../../mesh/graph/platform.ts';
import { methodPath } from '../../mesh/policy/grpc-service.ts';
import { HealthDefinition } from '../../services/proto/gen/grpc/health/v1/health.ts';

/** A call of one method of a callee under one identity. */
export interface MethodAttempt {
  readonly caller: string;
  readonly callee: string;
  /** `/package.Service/Method` */
  readonly path: string;
}

/**
 * Allowed calls, deliberately written by hand instead of derived from the graph. A graph that allows more fails the tests until
 * the call is added here.
 */
const MAY_CALL: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  gateway: {
    user: [
      '/weft.user.v1.UserService/Register',
      '/weft.user.v1.UserService/SignIn',
      '/weft.user.v1.UserService/GetSigningKeys',
    ],
    product: [
      '/weft.product.v1.ProductService/ListProducts',
      '/weft.product.v1.ProductService/GetProduct',
      '/weft.product.v1.ProductService/CreateProduct',
      '/weft.product.v1.ProductService/SetStock',
      '/weft.product.v1.ProductService/ImportProducts',
      '/weft.product.v1.ProductService/WatchStock',
      '/weft.product.v1.ProductService/QuoteCart',
    ],
    order: [
      '/weft.order.v1.OrderService/GetOrder',
      '/weft.order.v1.OrderService/ListOrders',
      '/weft.order.v1.OrderService/PlaceOrder',
      '/weft.order.v1.OrderService/WatchOrder',
    ],
    notification: ['/weft.notification.v1.NotificationService/ListNotifications'],
  },
  web: {
    user: [
      '/weft.user.v1.UserService/Register',
      '/weft.user.v1.UserService/SignIn',
      '/weft.user.v1.UserService/GetSigningKeys',
    ],
    product: [
      '/weft.product.v1.ProductService/ListProducts',
      '/weft.product.v1.ProductService/GetProduct',
      '/weft.product.v1.ProductService/CreateProduct',
      '/weft.product.v1.ProductService/SetStock',
      '/weft.product.v1.ProductService/ImportProducts',
      '/weft.product.v1.ProductService/WatchStock',
      '/weft.product.v1.ProductService/QuoteCart',
    ],
    order: [
      '/weft.order.v1.OrderService/GetOrder',
      '/weft.order.v1.OrderService/ListOrders',
      '/weft.order.v1.OrderService/PlaceOrder',
      '/weft.order.v1.OrderService/WatchOrder',
    ],
    notification: ['/weft.notification.v1.NotificationService/ListNotifications'],
  },
  order: {
    product: [
      '/weft.product.v1.ProductService/Reserve',
      '/weft.product.v1.ProductService/Release',
      '/weft.product.v1.ProductService/Settle',
      '/weft.product.v1.ProductService/SettleAll',
      '/weft.product.v1.ProductService/ListOpenReservations',
    ],
    payment: [
      '/weft.payment.v1.PaymentService/CheckToken',
      '/weft.payment.v1.PaymentService/Authorize',
      '/weft.payment.v1.PaymentService/Capture',
      '/weft.payment.v1.PaymentService/Cancel',
    ],
  },
};

/** Services that may connect to Postgres, also written by hand. */
export const MAY_CONNECT: readonly string[] = ['user', 'product', 'order', 'payment', 'notification', 'web'];

/** Returns whether the hand-written list allows the call. */
export function isAllowedByHand({ caller, callee, path }: MethodAttempt): boolean {
  return MAY_CALL[caller]?.[callee]?.includes(path) ?? false;
}

/** Returns all calls of the hand-written list. */
export function handWrittenAttempts(): readonly MethodAttempt[] {
  return Object.entries(MAY_CALL).flatMap(([caller, callees]) =>
    Object.entries(callees).flatMap(([callee, paths]) => paths.map((path) => ({ caller, callee, path }))),
  );
}

/** Returns a predicate: whether the graph declares the call. */
export function declaredByGraph({ calls }: Platform): (attempt: MethodAttempt) => boolean {
  const declared = new Set(
    calls.flatMap((call) => call.paths.map((path) => key(call.caller.name, call.callee.name, path))),
  );
  return ({ caller, callee, path }) => declared.has(key(caller, callee, path));
}

/** Returns calls of every gRPC method of the shop's pods, health included, under every identity. */
export function allAttempts({ services }: Platform, identities: readonly string[]): readonly MethodAttempt[] {
  return identities.flatMap((caller) =>
    services.flatMap(({ name: callee, serves }) =>
      [serves, serves && HealthDefinition].flatMap((definition) =>
        Object.values(definition?.methods ?? {}).map((method) => ({
          caller,
          callee,
          path: definition ? methodPath(definition, method) : '',
        })),
      ),
    ),
  );
}

/** Returns the identities of all services, the database, and an identity outside the graph. */
export function identitiesOf({ services }: Platform): readonly string[] {
  return [...services.map(({ name }) => name), 'postgres', 'default'];
}

function key(caller: string, callee: string, path: string): string {
  return `${caller} ${callee} ${path}`;
}
