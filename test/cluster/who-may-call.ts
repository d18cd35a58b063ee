import type { Platform } from '../../mesh/graph/platform.ts';
import { methodPath } from '../../mesh/policy/grpc-service.ts';
import { HealthDefinition } from '../../services/proto/gen/grpc/health/v1/health.ts';

/** One identity and one method that it can try, of one callee. */
export interface Attempt {
  readonly caller: string;
  readonly callee: string;
  /** `/package.Service/Method` */
  readonly path: string;
}

/**
 * Who may call what, written by hand and on purpose not derived from the graph: a graph that allows more than this
 * fails the tests, until somebody says here too that it is meant.
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
      '/weft.payment.v1.PaymentService/Charge',
    ],
  },
};

/** Who may connect to Postgres, by hand as well. */
export const MAY_CONNECT: readonly string[] = ['user', 'product', 'order', 'payment', 'notification'];

/** Whether the list above allows it. */
export function byHand({ caller, callee, path }: Attempt): boolean {
  return MAY_CALL[caller]?.[callee]?.includes(path) ?? false;
}

/** All that the list above allows, for what the graph does not know at all. */
export function handWritten(): readonly Attempt[] {
  return Object.entries(MAY_CALL).flatMap(([caller, callees]) =>
    Object.entries(callees).flatMap(([callee, paths]) => paths.map((path) => ({ caller, callee, path }))),
  );
}

/** Whether a call of the graph declares it. */
export function byGraph({ calls }: Platform): (attempt: Attempt) => boolean {
  const declared = new Set(
    calls.flatMap((call) => call.paths.map((path) => key(call.caller.name, call.callee.name, path))),
  );
  return ({ caller, callee, path }) => declared.has(key(caller, callee, path));
}

/** Every identity with every gRPC method that a pod of the shop serves, its own and those of its health. */
export function allAttempts({ services }: Platform, identities: readonly string[]): readonly Attempt[] {
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

/** Those who can try: every service, the database, and an identity that the graph does not know. */
export function identitiesOf({ services }: Platform): readonly string[] {
  return [...services.map(({ name }) => name), 'postgres', 'default'];
}

function key(caller: string, callee: string, path: string): string {
  return `${caller} ${callee} ${path}`;
}
