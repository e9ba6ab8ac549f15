#!/usr/bin/env node
/**
 * The command `harpoon`. It is plain JavaScript because Node.js starts it, and hands over to TypeScript.
 */
import '../typescript.js';

// The SDK's notice about Node versions to come is for developers, not for who runs a command.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

// Whoever reads the output may have seen enough: `harpoon notifications | head`.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
