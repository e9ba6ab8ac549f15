/** What `npm start` and the other scripts start Node.js with, for its --import: it lets it run TypeScript. */
export const TYPESCRIPT = new URL('../operator/typescript.js', import.meta.url).href;
