// Lint rules. The import rule (handler -> adapters -> core) is held by test/imports.test.ts too.
import tseslint from 'typescript-eslint';

const noAmbient = [
  { name: 'Date', property: 'now', message: 'Take the time from the Clock port.' },
].map(({ name, property, message }) => ({ object: name, property, message }));

export default tseslint.config(
  { ignores: ['node_modules', 'cdk.out', 'dist', '.harpoon', '.stryker', '*.config.{js,mjs}'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/require-await': 'off',
      // `_name` takes a field out of an object by destructuring.
      '@typescript-eslint/no-unused-vars': [
        'error',
        { varsIgnorePattern: '^_', argsIgnorePattern: '^_' },
      ],
      'max-lines': ['error', { max: 300, skipBlankLines: false, skipComments: false }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
      ],
      eqeqeq: 'error',
      'no-eval': 'error',
    },
  },
  {
    files: ['functions/**/*.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['functions/core/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...noAmbient,
        { object: 'Math', property: 'random', message: 'Take randomness from the Ids port.' },
        { object: 'process', property: 'env', message: 'Core reads no environment.' },
        { object: 'process', property: 'hrtime', message: 'Take the time from the Clock port.' },
        { object: 'crypto', property: 'randomUUID', message: 'Take ids from the Ids port.' },
      ],
      'no-restricted-globals': [
        'error',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'fetch',
        'process',
        'performance',
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    rules: { 'max-lines-per-function': 'off', 'max-lines': 'off' },
  },
  {
    files: ['*.config.ts', 'infra/app.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  // Plain JavaScript, for packages that are installed elsewhere and for what Node.js itself starts:
  // there are no types to check.
  {
    files: ['test/third-party/*.mjs', 'operator/cli/harpoon.js'],
    ...tseslint.configs.disableTypeChecked,
  },
);
