/** Which way imports may point (docs/architecture.md). The one owner of direction, cycles and orphans. */
const PURE = '\\.(events|state|evolve|decide|decider|violations|view|process)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-orphans',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: [
          '\\.spec\\.ts$',
          '^apps/',
          '^tools/',
          '^test/',
          '^bench/',
          '\\.d\\.ts$',
          '\\.worker\\.ts$',
        ],
      },
      to: {},
    },
    { name: 'unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'kernel-knows-nobody',
      severity: 'error',
      from: { path: '^libs/kernel' },
      to: { path: '^(libs/(infra|modules|processes)|apps)/' },
    },
    {
      name: 'infra-knows-only-the-kernel',
      severity: 'error',
      from: { path: '^libs/infra' },
      to: { path: '^(libs/(modules|processes)|apps)/' },
    },
    {
      name: 'pure-files-import-pure-files-and-the-kernel',
      severity: 'error',
      from: { path: `^libs/(modules|processes)/.*${PURE}` },
      to: { path: '^(libs/infra|apps|node_modules/(?!zod))' },
    },
    {
      name: 'pure-files-import-no-node',
      severity: 'error',
      from: { path: `^libs/(modules|processes)/.*${PURE}` },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'pure-files-reach-no-infrastructure-by-a-detour',
      severity: 'error',
      from: { path: `^libs/(modules|processes)/.*${PURE}` },
      to: { path: '^(libs/infra|apps)/|^node_modules/(?!zod)', reachable: true },
    },
    {
      // The hashes that ids are derived by are the one thing of Node's that the kernel uses.
      name: 'pure-files-reach-no-node-by-a-detour',
      severity: 'error',
      from: { path: `^libs/(modules|processes)/.*${PURE}` },
      to: { pathNot: '^(libs|apps|node_modules)/|^crypto$', reachable: true },
    },
    {
      name: 'modules-meet-at-their-doors',
      severity: 'error',
      from: { path: '^libs/modules/([^/]+)/' },
      to: {
        path: '^libs/modules/([^/]+)/',
        pathNot: ['^libs/modules/$1/', '^libs/modules/[^/]+/index\\.ts$'],
      },
    },
    {
      name: 'processes-import-doors',
      severity: 'error',
      from: { path: '^libs/processes' },
      to: { path: '^libs/modules/', pathNot: '^libs/modules/[^/]+/index\\.ts$' },
    },
    {
      name: 'modules-know-no-process',
      severity: 'error',
      from: { path: '^libs/modules' },
      to: { path: '^libs/processes' },
    },
    {
      name: 'modules-import-ports-never-adapters',
      severity: 'error',
      from: { path: '^libs/(modules|processes)', pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/infra/[^/]+/(sqlite|eventstoredb|mongodb)/' },
    },
    {
      name: 'libs-know-no-app',
      severity: 'error',
      from: { path: '^libs' },
      to: { path: '^apps' },
    },
    {
      name: 'only-specs-import-test-help',
      severity: 'error',
      from: {
        path: '^(libs|apps)',
        pathNot: '(\\.spec|\\.testkit|\\.contract)\\.ts$|^libs/kernel/testing/',
      },
      to: { path: '(\\.spec|\\.testkit|\\.contract)\\.ts$|^libs/kernel/testing/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^dist|contract/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'source', 'import', 'node', 'default'],
    },
  },
};
