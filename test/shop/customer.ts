import { randomUUID } from 'node:crypto';

const MAX_SETUP_ATTEMPTS = 10;

/** One line of an order. */
export interface OrderItem {
  readonly productId: string;
  readonly quantity: number;
}

/** Response of the shop with its body. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests assert on the shape of the body
  readonly body: any;
}

/** HTTP client of the shop with the access token of a user. */
export class Customer {
  readonly gateway: string;
  readonly email: string;
  readonly token: string;

  private constructor(gateway: string, email: string, token: string) {
    this.gateway = gateway;
    this.email = email;
    this.token = token;
  }

  /** Registers a new user and signs in. */
  static async register(gateway: string): Promise<Customer> {
    const email = `${randomUUID()}@example.test`;
    const password = randomUUID();
    await retryUnavailable(() =>
      ask(gateway, 'POST', '/v1/users', { body: { email, password, name: 'A Stranger' } }),
    );
    return Customer.signIn(gateway, { email, password });
  }

  /** Signs in as an existing user. */
  static async signIn(gateway: string, credentials: { email: string; password: string }): Promise<Customer> {
    const answer = await retryUnavailable(() => ask(gateway, 'POST', '/v1/sessions', { body: credentials }));
    if (answer.status !== 201)
      throw new Error(`sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return new Customer(gateway, credentials.email, answer.body.accessToken);
  }

  get(path: string): Promise<Answer> {
    return ask(this.gateway, 'GET', path, { token: this.token });
  }

  send(
    method: 'POST' | 'PUT',
    path: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return ask(this.gateway, method, path, { token: this.token, body, headers });
  }

  order(items: readonly OrderItem[], token = 'tok_ok', key: string = randomUUID()): Promise<Answer> {
    return this.send('POST', '/v1/orders', { items, payment: { token } }, { 'idempotency-key': key });
  }

  /** Follows the events of an order until it is confirmed or cancelled, and returns that status. */
  async terminal(orderId: string): Promise<string> {
    const response = await fetch(`${this.gateway}/v1/orders/${orderId}/events`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const events = await response.text();
    const lastEvent = events
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('data:'));
    if (!lastEvent) throw new Error(`no event of order ${orderId} in ${JSON.stringify(events)}`);
    return JSON.parse(lastEvent.slice('data:'.length)).status;
  }
}

/** Retries a setup request that an overloaded machine rejects with 503 or 504. */
async function retryUnavailable(request: () => Promise<Answer>): Promise<Answer> {
  for (let attempts = 1; ; attempts++) {
    const answer = await request();
    if ((answer.status !== 503 && answer.status !== 504) || attempts === MAX_SETUP_ATTEMPTS) return answer;
  }
}

/** Sends one request and returns its response. A body that is not JSON is returned as text. */
export async function ask(
  gateway: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const response = await fetch(gateway + path, {
    method,
    headers: {
      ...(options.token && { authorization: `Bearer ${options.token}` }),
      ...(options.body !== undefined && { 'content-type': 'application/json' }),
      ...options.headers,
    },
    ...(options.body !== undefined && {
      body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body),
    }),
  });
  const text = await response.text();
  const json = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: json && text ? JSON.parse(text) : text };
}
