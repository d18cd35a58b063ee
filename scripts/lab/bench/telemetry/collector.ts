import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/*
 * Process with a collector that accepts all telemetry and discards it, so that the CPU of a collector is not part of the
 * measurement. It sends the port that it listens on to its parent.
 */
const server = createServer((request, response) => {
  request.resume().on('end', () => response.setHeader('content-type', 'application/json').end('{}'));
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
