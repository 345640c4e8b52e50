/** One runner for every suite. Specs lie beside what they specify; suites of no one folder lie in test/. */
import { availableParallelism } from 'node:os';

export default {
  testEnvironment: 'node',
  roots: ['libs', 'apps', 'test', 'tools', 'bench'].map((folder) => `<rootDir>/${folder}`),
  testMatch: ['**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^#kernel/(.*)$': '<rootDir>/libs/kernel/$1.ts',
    '^#infra/(.*)$': '<rootDir>/libs/infra/$1.ts',
    '^#modules/(.*)$': '<rootDir>/libs/modules/$1.ts',
    '^#processes/(.*)$': '<rootDir>/libs/processes/$1.ts',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          keepClassNames: true,
          target: 'es2024',
          // Node and tsc ask for `with { type: 'json' }`; without this swc drops it.
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  // Jest leaves one core to itself, which on a machine with two means one suite at a time. Many suites
  // wait for processes and deadlines: one suite more than there are cores uses that time.
  maxWorkers: availableParallelism() + 1,
  testSequencer: '<rootDir>/jest.sequencer.js',
  testTimeout: 30_000,
};
