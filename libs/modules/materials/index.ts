/** The door of materials. */
export * from './formats/index.ts';
export * from './file-check.ts';
export * from './file-name.ts';
export * from './material.violations.ts';
