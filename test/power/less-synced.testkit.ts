/**
 * A control: preloaded into a recorded process, it has SQLite sync less than the stores ask for, in every
 * thread, as the environment says. Nothing else of the process is changed.
 */
import { DatabaseSync } from 'node:sqlite';

const instead = `synchronous = ${process.env['SYNCHRONOUS']}`;

const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function (this: DatabaseSync, sql: string): void {
  exec.call(this, sql.replaceAll(/synchronous = (FULL|NORMAL)/g, instead));
};
