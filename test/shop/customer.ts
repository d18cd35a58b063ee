import { randomUUID } from 'node:crypto';

/** One line of an order. */
export interface OrderItem {
  readonly productId: string;
  readonly quantity: number;
}

/** An answer of the shop, body and all. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: a test asserts on whatever came
  readonly body: any;
}

/** Somebody with a token, who talks to the shop over HTTP. */
export class Customer {
  readonly gateway: string;
  readonly email: string;
  readonly token: string;

  private constructor(gateway: string, email: string, token: string) {
    this.gateway = gateway;
    this.email = email;
    this.token = token;
  }

  static async register(gateway: string): Promise<Customer> {
    const email = `${randomUUID()}@example.test`;
    const password = randomUUID();
    await insist(() => ask(gateway, 'POST', '/v1/users', { body: { email, password, name: 'A Stranger' } }));
    return Customer.signIn(gateway, { email, password });
  }

  static async signIn(gateway: string, who: { email: string; password: string }): Promise<Customer> {
    const answer = await insist(() => ask(gateway, 'POST', '/v1/sessions', { body: who }));
    if (answer.status !== 201)
      throw new Error(`sign-in answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    return new Customer(gateway, who.email, answer.body.accessToken);
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

  /** Follows an order's events until it is confirmed or cancelled, and answers that status. */
  async terminal(orderId: string): Promise<string> {
    const response = await fetch(`${this.gateway}/v1/orders/${orderId}/events`, {
      headers: { authorization: `Bearer ${this.token}` },
    });
    const events = await response.text();
    const last = events
      .trim()
      .split('\n')
      .findLast((line) => line.startsWith('data:'));
    if (!last) throw new Error(`no event of order ${orderId} in ${JSON.stringify(events)}`);
    return JSON.parse(last.slice('data:'.length)).status;
  }
}

/** Asks again while a machine that is short of time gives no answer: who comes in is not what is tried. */
async function insist(request: () => Promise<Answer>): Promise<Answer> {
  for (let tries = 1; ; tries++) {
    const answer = await request();
    if ((answer.status !== 503 && answer.status !== 504) || tries === 10) return answer;
  }
}

/** Sends one request and reads the answer whole; a body that is not JSON is given as text. */
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
