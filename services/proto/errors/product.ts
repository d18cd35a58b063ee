/** Errors of the service product. Codes are stable: clients compare them. */
export const PRODUCT_ERRORS = {
  'out-of-stock': {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'Out of stock',
    message: 'product {product} has insufficient stock; reduce the quantity',
  },
  'unknown-product': {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    title: 'Unknown product',
    message: 'product {product} does not exist; remove it from the order',
  },
  'currency-mismatch': {
    grpc: 'FAILED_PRECONDITION',
    http: 422,
    title: 'Currency mismatch',
    message: 'the items are priced in {currencies}; order items of a single currency',
  },
  'price-changed': {
    grpc: 'FAILED_PRECONDITION',
    http: 409,
    title: 'Price changed',
    message: 'the items cost {total} and not {expected}; ask the customer, then order with the new total',
  },
} as const;
