/** What a customer was told of an order in the end. */
export interface Answer {
  /** HTTP status: 201, or 4xx. */
  readonly status: number;
  /** Code of the problem, when it was refused. */
  readonly code?: string;
  /** The order as it was placed, when it was. */
  readonly order?: AnsweredOrder;
  /** Requests that were sent until then. */
  readonly tries: number;
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
  readonly currency: string;
}
