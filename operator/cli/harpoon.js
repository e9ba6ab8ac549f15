#!/usr/bin/env node
/**
 * The command `harpoon`. It is plain JavaScript because Node.js starts it, and hands over to TypeScript:
 * a Node.js that reads that by itself does, and keeps what it compiled; to an older one tsx reads it (a
 * dependency, as for `npm start`). So nothing has to be built, and what runs is what is in the checkout.
 * https://nodejs.org/api/typescript.html#type-stripping, https://tsx.is/dev-api/register-esm
 */
import module from 'node:module';

// The SDK's notice about Node versions to come is for developers, not for who runs a command.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

// Whoever reads the output may have seen enough: `harpoon notifications | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

if (process.features.typescript === 'strip') module.enableCompileCache?.();
else (await import('tsx/esm/api')).register();

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
