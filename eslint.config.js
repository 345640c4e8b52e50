import js from '@eslint/js';
import tseslint from 'typescript-eslint';

const PURE = [
  'libs/**/*.events.ts',
  'libs/**/*.state.ts',
  'libs/**/*.evolve.ts',
  'libs/**/*.decide.ts',
  'libs/**/*.decider.ts',
  'libs/**/*.violations.ts',
  'libs/**/*.view.ts',
  'libs/**/*.process.ts',
];

const impure = (name, instead) => ({ name, message: `Pure files take ${instead} as an argument.` });

export default tseslint.config(
  {
    languageOptions: {
      parserOptions: { emitDecoratorMetadata: true, experimentalDecorators: true },
    },
  },
  { ignores: ['dist/**', 'coverage/**', 'node_modules/**'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      eqeqeq: 'error',
      'no-console': 'error',
      'max-lines-per-function': ['error', { max: 80, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 4],
    },
  },
  {
    files: ['**/*.spec.ts', '**/*.contract.ts', 'test/**'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    files: ['apps/cli/**', 'tools/**', 'bench/**', 'apps/server/src/main.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: ['**/*.cjs', '**/*.js'],
    languageOptions: { globals: { module: 'readonly', process: 'readonly' } },
  },
  {
    files: PURE,
    rules: {
      'no-restricted-globals': [
        'error',
        impure('Date', 'instants'),
        impure('process', 'settings'),
        impure('setTimeout', 'timers (a durable schedule)'),
        impure('setInterval', 'timers (a durable schedule)'),
        impure('setImmediate', 'timers (a durable schedule)'),
        impure('fetch', 'facts'),
        impure('crypto', 'ids'),
        impure('console', 'nothing of the kind: they are silent'),
      ],
      'no-restricted-properties': [
        'error',
        {
          object: 'Math',
          property: 'random',
          message: 'Pure files take randomness as an argument.',
        },
        {
          object: 'Temporal',
          property: 'Now',
          message: 'Pure files take instants as an argument.',
        },
      ],
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              // These patterns are those of a .gitignore, where a bare # begins a comment.
              group: ['node:*', '@nestjs/*', '\\#infra/*'],
              message: 'Pure files import pure files and the kernel.',
            },
          ],
        },
      ],
    },
  },
);
