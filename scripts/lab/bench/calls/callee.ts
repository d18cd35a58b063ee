import { Server, ServerCredentials } from '@grpc/grpc-js';
import { toGrpcMethod } from '../../../../services/kit/grpc/grpc-method.ts';
import { ProductServiceDefinition } from '../../../../services/proto/gen/weft/product/v1/product.ts';

/*
 * Process with a bare grpc-js server of one method. Its argument is the delay of each answer in milliseconds, 0 by default.
 * It sends its port to the parent process, and its CPU time in microseconds on each message.
 */
const delayMs = Number(process.argv[2] ?? 0);
const getProduct = toGrpcMethod(ProductServiceDefinition, ProductServiceDefinition.methods.getProduct);
const product = { id: 'a', name: 'Kettle', description: '', stock: 3, availability: '' };

type Callback = (error: null, response: unknown) => void;
const server = new Server();
server.addService(
  { getProduct },
  {
    getProduct: (_: unknown, callback: Callback) => {
      if (delayMs === 0) callback(null, { product });
      else setTimeout(() => callback(null, { product }), delayMs);
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
