import { writeFileSync } from 'node:fs';
import { otlpReceiver } from './services/kit/telemetry/otlp-receiver.ts';

const r = await otlpReceiver();
console.log(r.url);
process.on('SIGTERM', () => {
  writeFileSync(
    '/tmp/otlp.json',
    JSON.stringify({ spans: r.spans, logs: r.logs, metrics: r.metrics }, null, 1),
  );
  process.exit();
});
setInterval(() => {}, 1000);
