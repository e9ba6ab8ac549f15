/**
 * Lets Node.js run TypeScript: `node --import ./operator/typescript.js infra/local/main.ts`. A Node.js
 * that reads it by itself does, and keeps what it compiled; to an older one tsx reads it. So nothing
 * has to be built, and what runs is what is in the checkout.
 * https://nodejs.org/api/typescript.html#type-stripping, https://tsx.is/dev-api/register-esm
 */
import module from 'node:module';

if (process.features.typescript === 'strip') module.enableCompileCache?.();
else (await import('tsx/esm/api')).register();
