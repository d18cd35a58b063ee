import { Server, ServerCredentials } from '@grpc/grpc-js';
import { grpcMethod } from '../../../../services/kit/grpc/grpc-method.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';

/**
 * A bare grpc-js server with one method that answers after as many milliseconds as its argument says, at once without.
 * Tells its parent its port, and its CPU time when asked.
 */
const delayMs = Number(process.argv[2] ?? 0);
const getProduct = grpcMethod(ProductServiceDefinition, ProductServiceDefinition.methods.getProduct);
const product = { id: 'a', name: 'Kettle', description: '', stock: 3, availability: '' };

type Done = (error: null, answer: unknown) => void;
const server = new Server();
server.addService(
  { getProduct },
  {
    getProduct: (_: unknown, done: Done) => {
      if (delayMs === 0) done(null, { product });
      else setTimeout(() => done(null, { product }), delayMs);
    },
  },
);
server.bindAsync('0.0.0.0:0', ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.send?.({ port });
});
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system });
});
process.on('disconnect', () => process.exit());
