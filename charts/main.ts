#!/usr/bin/env node
import { createRequire, enableCompileCache } from 'node:module';

// Before anything else is loaded: compiled modules are kept between runs.
enableCompileCache();
// As CommonJS: an import would read each of its files for the names that it exports.
createRequire(import.meta.url)('cdk8s');
const { synthesize } = await import('./synthesize.ts');
process.exitCode = synthesize(process.argv.slice(2), process.env);
