#!/usr/bin/env node
import { createRequire, enableCompileCache } from 'node:module';

// Must run before other modules load. Caches compiled modules between runs.
enableCompileCache();
// Loaded as CommonJS, because an ESM import would parse each file of cdk8s for its exports.
createRequire(import.meta.url)('cdk8s');
const { synthesize } = await import('./synthesize.ts');
process.exitCode = await synthesize(process.argv.slice(2), process.env);
