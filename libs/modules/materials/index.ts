/** The door of materials. */
export * from './formats/index.ts';
export * from './file-check.ts';
export * from './material.violations.ts';

/** Most bytes of one uploaded file: what the vault takes in one record. */
export const FILE_BYTES_MAX = 20 * 1024 * 1024;
