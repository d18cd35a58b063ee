/*
 * Modules that a service loads only with certain settings. The build of an image and `npm start` run this file, so that
 * Node keeps their compiled code: without it a module takes twice as long to load, and the first one in TypeScript brings
 * the type stripper, 25 MiB for the life of the process. No module imports this file.
 */
import '../events/kafka/kafka-broker.ts';
import '../events/rabbitmq/rabbitmq-broker.ts';
import '../telemetry/export-logs.ts';
import '../telemetry/export-metrics.ts';
import '../telemetry/export-traces.ts';
import '../telemetry/trace-statements.ts';
import '@grpc/grpc-js-xds';
import '@opentelemetry/exporter-logs-otlp-http';
import '@opentelemetry/exporter-trace-otlp-http';
