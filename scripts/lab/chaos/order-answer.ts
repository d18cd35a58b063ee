/** Final answer that a customer received to the request to place an order. */
export interface OrderAnswer {
  /** HTTP status: 201, or 4xx. */
  readonly status: number;
  /** Problem code of a refusal. */
  readonly code?: string;
  /** The placed order, if the status is 201. */
  readonly order?: AnsweredOrder;
  /** Number of requests sent until this answer arrived, including it. */
  readonly attempts: number;
}

export interface AnsweredOrder {
  readonly id: string;
  readonly total: Money;
  readonly items: readonly {
    readonly productId: string;
    readonly quantity: number;
    readonly unitPrice: Money;
  }[];
}

export interface Money {
  /** In minor units. */
  readonly amount: number;
  /** ISO 4217 code. */
  readonly currency: string;
}
