#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Before anything else is loaded: compiled modules are kept between runs.
enableCompileCache();
const { synthesize } = await import('./synthesize.ts');
process.exitCode = synthesize(process.argv.slice(2), process.env);
